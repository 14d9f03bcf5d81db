"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room or the registry."""

from .events.models import Event
from .housing.models import Building, CommonArea, Dwelling, Municipality, Stairwell, Tenancy
from .live.models import LivePosition
from .notifications.devices import PushSubscription
from .notifications.models import Notification
from .pages.models import GuidePage, HomePage, InfoPage, NewsIndexPage, NewsPage, SectionPage
from .people.models import Household, HouseholdMember, Organization, OrganizationMember, RoleGrant, User
from .tasks.models import ScheduledRun, WorkerHeartbeat
from .uploads.models import Photo

__all__ = [
    "Building",
    "CommonArea",
    "Dwelling",
    "Event",
    "GuidePage",
    "HomePage",
    "Household",
    "HouseholdMember",
    "InfoPage",
    "LivePosition",
    "Municipality",
    "NewsIndexPage",
    "NewsPage",
    "Notification",
    "Organization",
    "OrganizationMember",
    "Photo",
    "PushSubscription",
    "RoleGrant",
    "ScheduledRun",
    "SectionPage",
    "Stairwell",
    "Tenancy",
    "User",
    "WorkerHeartbeat",
]
