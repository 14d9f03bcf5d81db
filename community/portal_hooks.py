"""Community's table of contents towards the portal."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.extensions import (
    DashboardCard,
    DemoData,
    Exempt,
    NeverDelegated,
    PersonalData,
    Role,
    Schedule,
    register,
    urls,
)

from .demo import load
from .mutual_aid.shifts import dashboard as shift_cards
from .mutual_aid.shifts import demo as shifts_demo
from .mutual_aid.shifts import events as shift_events
from .mutual_aid.shifts import live as shifts_live
from .mutual_aid.shifts import notifications as shift_notifications
from .mutual_aid.shifts import privacy as shifts_privacy
from .mutual_aid.shifts import schedules as shift_schedules

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

# -- things ---

# -- shifts ---

register(
    *shift_events.KINDS,
    *shift_notifications.NOTIFICATIONS,
    *shifts_live.TOPICS,
    DashboardCard(
        key="community.my_shifts",
        template="community/shifts/cards/my_shifts.html",
        context=shift_cards.my_shifts,
        order=42,
    ),
    DashboardCard(
        key="community.shifts_to_note",
        template="community/shifts/cards/to_note.html",
        context=shift_cards.to_note,
        place="day",
        order=42,
    ),
    PersonalData(
        key="community.ShiftPlace",
        export=shifts_privacy.export_places,
        erase=shifts_privacy.erase_places,
        stays=_("That somebody was there, and not who."),
        retention=shifts_privacy.RETENTION,
        expire=shifts_privacy.expire_shifts,
        reason=_(
            "Two years: who comes to a shift is asked first when somebody is missing; then it is history."
        ),
    ),
    PersonalData(
        key="community.ShiftPlan",
        export=shifts_privacy.export_plans,
        erase=shifts_privacy.erase_plans,
        stays=_("The shifts, which others go on with."),
        retention=shifts_privacy.RETENTION,
        expire=shifts_privacy.expire_plans,
        reason=_("Two years after the last shift."),
    ),
    Exempt(key="community.Shift", reason="A day of a plan: who comes stands in the places."),
    Exempt(key="community.ShiftRole", reason="What there is to do in a shift."),
    Exempt(
        key="community.SwapOffer", reason="Which place was offered for which: people stand in the places."
    ),
    Schedule(key="community.shifts.lay_out", run=shift_schedules.lay_out, every=timedelta(days=1)),
    Schedule(key="community.shifts.call_out", run=shift_schedules.call_out, every=timedelta(hours=1)),
    DemoData(key="community.shifts", load=shifts_demo.load, order=63),
)
