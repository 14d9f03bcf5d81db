"""The door: all that a plugin says to the portal, in typed declarations. `docs/extending.md` teaches it."""

from .dashboard import DashboardCard
from .delegations import DelegationScope, NeverDelegated
from .demo import DemoData, Persona
from .events import EventKind, EventSink
from .indicators import Indicator
from .live import LiveTopic
from .navigation import NavigationItem, everybody
from .notifications import NotificationKind
from .panels import ObjectPanel
from .privacy import Exempt, Impediment, PersonalData, PersonalFile, years
from .registry import Declaration, declared, find, register
from .roles import Role
from .schedules import Schedule
from .search import SearchHit, SearchSource
from .urls import UrlInclude, urls
from .words import containing

__all__ = [
    "DashboardCard",
    "Declaration",
    "DelegationScope",
    "DemoData",
    "EventKind",
    "EventSink",
    "Exempt",
    "Impediment",
    "Indicator",
    "LiveTopic",
    "NavigationItem",
    "NeverDelegated",
    "NotificationKind",
    "ObjectPanel",
    "PersonalData",
    "PersonalFile",
    "Persona",
    "Role",
    "Schedule",
    "SearchHit",
    "SearchSource",
    "UrlInclude",
    "containing",
    "declared",
    "everybody",
    "find",
    "register",
    "urls",
    "years",
]
