"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room, or the app registry."""

from .events.models import Event
from .housing.models import Building, CommonArea, Dwelling, Municipality, Stairwell, Tenancy
from .live.models import LivePosition
from .notifications.models import Notification
from .people.models import Household, HouseholdMember, Organization, OrganizationMember, RoleGrant, User
from .tasks.models import ScheduledRun, WorkerHeartbeat
from .uploads.models import Photo

__all__ = [
    "Building",
    "CommonArea",
    "Dwelling",
    "Event",
    "Household",
    "HouseholdMember",
    "LivePosition",
    "Municipality",
    "Notification",
    "Organization",
    "OrganizationMember",
    "Photo",
    "RoleGrant",
    "ScheduledRun",
    "Stairwell",
    "Tenancy",
    "User",
    "WorkerHeartbeat",
]
