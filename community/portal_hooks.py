"""Community's table of contents towards the portal."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import (
    DashboardCard,
    DemoData,
    NavigationItem,
    NeverDelegated,
    PersonalData,
    Role,
    register,
    urls,
)

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
from .mutual_aid.time_bank import dashboard as time_bank_dashboard
from .mutual_aid.time_bank import demo as time_bank_demo
from .mutual_aid.time_bank import events as time_bank_events
from .mutual_aid.time_bank import menus as time_bank_menus
from .mutual_aid.time_bank import notifications as time_bank_notifications
from .mutual_aid.time_bank import privacy as time_bank_privacy

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

register(
    *time_bank_events.EVENTS,
    *time_bank_notifications.NOTIFICATIONS,
    NavigationItem(
        key="community.hours",
        label=_("My hours"),
        hint=_("What you gave and received in the time bank."),
        url_name="community:hours",
        icon="hourglass",
        place="my_account",
        visible=time_bank_menus.concerns,
        order=50,
    ),
    DashboardCard(
        key="community.hours",
        template="community/time_bank/cards/mine.html",
        context=time_bank_dashboard.my_hours,
        order=42,
    ),
    PersonalData(
        key="community.HoursAccount",
        title=_("Hours in the time bank"),
        export=time_bank_privacy.export_hours,
        labels={
            "on": _("Day"),
            "what": _("What it was"),
            "minutes": _("Minutes"),
            "balance": _("Balance"),
            "taken_back": _("Taken back"),
        },
        values={"what": time_bank_privacy.said_booking},
        erase=time_bank_privacy.erase_hours,
        stays=_("That hours were given and received, and not by whom."),
        retention=time_bank_privacy.KEPT,
        expire=time_bank_privacy.expire_hours,
        reason=_("Ten years after the last booking: the accounts of the time bank."),
    ),
    PersonalData(
        key="community.PotRequest",
        title=_("Questions to the common pot"),
        export=time_bank_privacy.export_requests,
        labels={"asked_at": _("Asked on"), "minutes": _("Minutes"), "decided_at": _("Answered on")},
        erase=time_bank_privacy.erase_requests,
        retention=time_bank_privacy.REQUESTS_KEPT,
        expire=time_bank_privacy.expire_requests,
        reason=_("One year after the answer: so that you and the coordinators can look it up."),
    ),
    # After whatever tells what is past: a journal never goes back in time.
    DemoData(key="community.time_bank", load=time_bank_demo.load, order=94),
)

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
