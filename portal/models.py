"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room, or the app registry."""

from .events.models import Event
from .housing.models import Building, CommonArea, Dwelling, Municipality, Stairwell, Tenancy
from .people.models import Household, HouseholdMember, Organization, OrganizationMember, RoleGrant, User
from .uploads.models import Photo

__all__ = [
    "Building",
    "CommonArea",
    "Dwelling",
    "Event",
    "Household",
    "HouseholdMember",
    "Municipality",
    "Organization",
    "OrganizationMember",
    "Photo",
    "RoleGrant",
    "Stairwell",
    "Tenancy",
    "User",
]
