"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room or the registry."""

from .access.models import ConfidentialRead
from .desk.models import Desk, Letter, OpeningHours, Thread
from .events.models import Event
from .housing.models import Building, CommonArea, Dwelling, Municipality, Stairwell, Tenancy
from .live.models import LivePosition
from .notifications.models import Notification
from .notifications.preferences import NotificationPreference
from .notifications.push.models import PushSubscription
from .notifications.times import NotificationTimes
from .pages.directory.models import (
    Correction,
    DirectoryPage,
    OpeningTime,
    Place,
    Provider,
    Renewal,
    ResourcePage,
    ServiceAtLocation,
)
from .pages.models import GuidePage, HomePage, InfoPage, NewsIndexPage, NewsPage, SectionPage
from .people.delegations.models import DelegateCode, Delegation
from .people.invitations.models import Invitation, NoticeAcceptance
from .people.joining.models import JoinRequest
from .people.models import Household, HouseholdMember, Organization, OrganizationMember, RoleGrant, User
from .people.papers.models import SignInCode, SignInSheet
from .privacy.models import DataExport, ErasureRequest
from .proof.models import Device
from .tasks.models import ScheduledRun, WorkerHeartbeat
from .uploads.models import Photo

__all__ = [
    "Correction",
    "DirectoryPage",
    "OpeningTime",
    "Place",
    "Provider",
    "Renewal",
    "ResourcePage",
    "ServiceAtLocation",
    "Building",
    "CommonArea",
    "DelegateCode",
    "Delegation",
    "Desk",
    "ConfidentialRead",
    "DataExport",
    "Device",
    "Dwelling",
    "ErasureRequest",
    "Event",
    "GuidePage",
    "HomePage",
    "Household",
    "HouseholdMember",
    "InfoPage",
    "JoinRequest",
    "Letter",
    "Invitation",
    "LivePosition",
    "Municipality",
    "NewsIndexPage",
    "NewsPage",
    "NoticeAcceptance",
    "Notification",
    "NotificationPreference",
    "NotificationTimes",
    "OpeningHours",
    "Organization",
    "OrganizationMember",
    "Photo",
    "PushSubscription",
    "RoleGrant",
    "ScheduledRun",
    "SectionPage",
    "SignInCode",
    "SignInSheet",
    "Stairwell",
    "Tenancy",
    "Thread",
    "User",
    "WorkerHeartbeat",
]
