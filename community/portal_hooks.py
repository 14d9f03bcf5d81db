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
from .mutual_aid.calendar import events as calendar_events
from .mutual_aid.calendar import privacy as calendar_privacy
from .mutual_aid.gatherings import dashboard as gathering_cards
from .mutual_aid.gatherings import demo as gatherings_demo
from .mutual_aid.gatherings import events as gathering_events
from .mutual_aid.gatherings import live as gatherings_live
from .mutual_aid.gatherings import notifications as gathering_notifications
from .mutual_aid.gatherings import privacy as gatherings_privacy
from .mutual_aid.gatherings import schedules as gathering_schedules
from .mutual_aid.shifts import dashboard as shift_cards
from .mutual_aid.shifts import demo as shifts_demo
from .mutual_aid.shifts import events as shift_events
from .mutual_aid.shifts import live as shifts_live
from .mutual_aid.shifts import notifications as shift_notifications
from .mutual_aid.shifts import privacy as shifts_privacy
from .mutual_aid.shifts import schedules as shift_schedules

urls("", "community.urls")
urls("aiuto/calendario/", "community.mutual_aid.calendar.feed_urls", translated=False)

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

# -- gatherings ---

register(
    *gathering_events.KINDS,
    *gathering_notifications.NOTIFICATIONS,
    *gatherings_live.TOPICS,
    DashboardCard(
        key="community.next_gatherings",
        template="community/gatherings/cards/next.html",
        context=gathering_cards.next_gatherings,
        order=43,
    ),
    PersonalData(
        key="community.Gathering",
        export=gatherings_privacy.export_gatherings,
        erase=gatherings_privacy.erase_gatherings,
        stays=_("That neighbours met, and not who invited."),
        retention=gatherings_privacy.RETENTION,
        expire=gatherings_privacy.expire,
        reason=_("A year: what was done together, to do it again."),
    ),
    PersonalData(
        key="community.Answer",
        export=gatherings_privacy.export_answers,
        erase=gatherings_privacy.erase_answers,
        stays=_("How many people were there, and not who."),
        retention=gatherings_privacy.RETENTION,
        expire=gatherings_privacy.expire_answers,
        reason=_("A year, as the event it belongs to."),
    ),
    PersonalData(
        key="community.Contribution",
        export=gatherings_privacy.export_contributions,
        erase=gatherings_privacy.erase_contributions,
        retention=gatherings_privacy.RETENTION,
        expire=gatherings_privacy.expire_contributions,
        reason=_("A year, as the event it belongs to."),
    ),
    Exempt(key="community.Item", reason="What is to be brought: who brings it stands in the contributions."),
    Schedule(key="community.gatherings.remind", run=gathering_schedules.remind, every=timedelta(hours=1)),
    DemoData(key="community.gatherings", load=gatherings_demo.load, order=64),
)

# -- calendar ---

register(
    *calendar_events.KINDS,
    PersonalData(
        key="community.CalendarLink",
        export=calendar_privacy.export,
        erase=calendar_privacy.erase,
        retention=None,
        reason=_("As long as you want your calendar to follow."),
    ),
)
