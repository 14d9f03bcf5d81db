"""Community's table of contents towards the portal."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import DemoData, NeverDelegated, Role, register, urls

from .demo import load
from .mutual_aid.things import dashboard as things_dashboard
from .mutual_aid.things import demo as things_demo
from .mutual_aid.things import events as things_events
from .mutual_aid.things import live as things_live
from .mutual_aid.things import menus as things_menus
from .mutual_aid.things import notifications as things_notifications
from .mutual_aid.things import privacy as things_privacy
from .mutual_aid.things import schedules as things_schedules
from .mutual_aid.things import search as things_search
from .safety import demo as safety_demo
from .safety import events as safety_events
from .safety import menus as safety_menus
from .safety import notifications as safety_notifications
from .safety import privacy as safety_privacy

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

register(
    *safety_events.KINDS,
    *safety_notifications.NOTIFICATIONS,
    *safety_menus.ITEMS,
    *safety_privacy.PERSONAL_DATA,
    *safety_demo.DATA,
)

# -- conversations ---

# -- the time bank ---

# -- exchanges ---

# -- things ---

register(
    *things_events.KINDS,
    *things_notifications.NOTIFICATIONS,
    *things_live.TOPICS,
    *things_menus.ITEMS,
    *things_dashboard.CARDS,
    *things_dashboard.INDICATORS,
    *things_search.SOURCES,
    *things_schedules.SCHEDULES,
    *things_privacy.PERSONAL_DATA,
    *things_demo.DATA,
)
