"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room or the registry."""

from .access.models import ConfidentialRead
from .desk.appointments.counters import AppointmentTopic, Counter, CounterShift, DeskClosure, TopicWords
from .desk.appointments.models import Appointment, AppointmentCell, AppointmentLink, WaitingPlace
from .desk.models import Desk, Letter, OpeningHours, Thread
from .events.models import Event
from .housing.models import Building, CommonArea, Dwelling, Municipality, Stairwell, Tenancy
from .ledger.models import LedgerAccount, LedgerBook, LedgerEntry, LedgerPosting
from .live.models import LivePosition
from .notifications.models import Notification
from .notifications.preferences import NotificationPreference
from .notifications.push.models import PushSubscription
from .notifications.times import NotificationTimes
from .pages.contributions.models import Contribution
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
from .pages.editing.models import PageFeedback, PageLink, PageState
from .pages.editing.review import ReviewTask
from .pages.models import (
    AccessibilityPage,
    AnswerIndexPage,
    AnswerPage,
    AnswerThreshold,
    CallIndexPage,
    CallPage,
    CallThreshold,
    EventIndexPage,
    EventPage,
    FaqPage,
    GuidePage,
    HomePage,
    InfoPage,
    LegalPage,
    NewsIndexPage,
    NewsPage,
    SectionPage,
    ServiceIndexPage,
    ServicePage,
)
from .pages.site.models import AgencyDetails
from .people.delegations.models import DelegateCode, Delegation
from .people.invitations.models import Invitation, NoticeAcceptance
from .people.joining.models import JoinRequest
from .people.models import Household, HouseholdMember, Organization, OrganizationMember, RoleGrant, User
from .people.papers.models import SignInCode, SignInSheet
from .privacy.models import DataExport, ErasureRequest
from .proof.models import Device
from .search.models import SearchSynonyms, UnmetSearch
from .tasks.models import ScheduledRun, WorkerHeartbeat
from .uploads.models import Photo, VoiceNote

__all__ = [
    "AgencyDetails",
    "AccessibilityPage",
    "AnswerIndexPage",
    "AnswerPage",
    "AnswerThreshold",
    "Appointment",
    "AppointmentCell",
    "AppointmentLink",
    "AppointmentTopic",
    "Counter",
    "CounterShift",
    "DeskClosure",
    "TopicWords",
    "WaitingPlace",
    "Correction",
    "DirectoryPage",
    "OpeningTime",
    "Place",
    "Provider",
    "Renewal",
    "ResourcePage",
    "ReviewTask",
    "ServiceAtLocation",
    "Building",
    "CallIndexPage",
    "CallPage",
    "CallThreshold",
    "CommonArea",
    "Contribution",
    "DelegateCode",
    "Delegation",
    "Desk",
    "ConfidentialRead",
    "DataExport",
    "Device",
    "Dwelling",
    "ErasureRequest",
    "Event",
    "EventIndexPage",
    "EventPage",
    "FaqPage",
    "GuidePage",
    "HomePage",
    "Household",
    "HouseholdMember",
    "InfoPage",
    "JoinRequest",
    "LegalPage",
    "Letter",
    "Invitation",
    "LedgerAccount",
    "LedgerBook",
    "LedgerEntry",
    "LedgerPosting",
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
    "PageFeedback",
    "PageLink",
    "PageState",
    "Photo",
    "PushSubscription",
    "RoleGrant",
    "ScheduledRun",
    "SearchSynonyms",
    "SectionPage",
    "ServiceIndexPage",
    "ServicePage",
    "SignInCode",
    "SignInSheet",
    "Stairwell",
    "Tenancy",
    "Thread",
    "UnmetSearch",
    "User",
    "VoiceNote",
    "WorkerHeartbeat",
]
