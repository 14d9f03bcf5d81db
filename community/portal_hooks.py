"""Community's table of contents towards the portal."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import DemoData, NeverDelegated, Role, register, urls

from .demo import load
from .mutual_aid.exchanges import dashboard as exchanges_dashboard
from .mutual_aid.exchanges import demo as exchanges_demo
from .mutual_aid.exchanges import events as exchanges_events
from .mutual_aid.exchanges import indicators as exchanges_indicators
from .mutual_aid.exchanges import live as exchanges_live
from .mutual_aid.exchanges import menus as exchanges_menus
from .mutual_aid.exchanges import notifications as exchanges_notifications
from .mutual_aid.exchanges import privacy as exchanges_privacy
from .mutual_aid.exchanges import schedules as exchanges_schedules
from .mutual_aid.exchanges import search as exchanges_search

urls("", "community.urls")

# -- mediation ---

register(
    Role(
        key="community.mediator",
        label=_("Mediator"),
        description=_("Helps neighbours to settle a quarrel, in confidence."),
        needs_second_factor=True,
        order=40,
    ),
    Role(
        key="community.mediation_coordinator",
        label=_("Coordinator of mediators"),
        description=_("Receives requests for mediation and finds a mediator without ties."),
        needs_second_factor=True,
        order=41,
    ),
    NeverDelegated(
        key="community.mediation",
        reason=_("In a mediation each person speaks for themselves."),
    ),
    DemoData(key="community.demo", load=load, order=40),
)

# -- safety ---

# -- conversations ---

# -- the time bank ---

# -- exchanges ---

register(
    *exchanges_events.KINDS,
    *exchanges_notifications.NOTIFICATIONS,
    *exchanges_live.TOPICS,
    *exchanges_menus.ITEMS,
    *exchanges_dashboard.CARDS,
    *exchanges_search.SOURCES,
    *exchanges_privacy.DATA,
    *exchanges_schedules.SCHEDULES,
    *exchanges_indicators.INDICATORS,
    *exchanges_demo.DEMO,
)

# -- things ---
