"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room or the registry."""

from .events.models import Event
from .housing.models import Building, CommonArea, Dwelling, Municipality, Stairwell, Tenancy
from .live.models import LivePosition
from .notifications.models import Notification
from .pages.models import GuidePage, HomePage, InfoPage, NewsIndexPage, NewsPage, SectionPage
from .people.models import Household, HouseholdMember, Organization, OrganizationMember, RoleGrant, User
from .people.papers.models import SignInCode, SignInSheet
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
    "RoleGrant",
    "ScheduledRun",
    "SectionPage",
    "SignInCode",
    "SignInSheet",
    "Stairwell",
    "Tenancy",
    "User",
    "WorkerHeartbeat",
]
