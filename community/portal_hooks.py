"""Community's table of contents towards the portal."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.extensions import (
    DashboardCard,
    DemoData,
    EventSink,
    Exempt,
    NavigationItem,
    NeverDelegated,
    ObjectPanel,
    PersonalData,
    Role,
    Schedule,
    register,
    urls,
)

from .conversations import dashboard as conversation_panels
from .conversations import demo as conversation_demo
from .conversations import events as conversation_events
from .conversations import live as conversation_topics
from .conversations import menus as conversation_menus
from .conversations import notes as conversation_notes
from .conversations import notifications as conversation_news
from .conversations import privacy as conversation_privacy
from .demo import load
from .mediation import dashboard as mediation_dashboard
from .mediation import demo as mediation_demo
from .mediation import events as mediation_events
from .mediation import indicators as mediation_indicators
from .mediation import live as mediation_live
from .mediation import menus as mediation_menus
from .mediation import notifications as mediation_notifications
from .mediation import parting as mediation_parting
from .mediation import privacy as mediation_privacy
from .mediation import schedules as mediation_schedules
from .mediation.pages.day import menus as mediation_day_menus
from .mediation.pages.intake import menus as mediation_intake_menus
from .mutual_aid.calendar import events as calendar_events
from .mutual_aid.calendar import menus as calendar_menus
from .mutual_aid.calendar import privacy as calendar_privacy
from .mutual_aid.exchanges import dashboard as exchanges_dashboard
from .mutual_aid.exchanges import demo as exchanges_demo
from .mutual_aid.exchanges import events as exchanges_events
from .mutual_aid.exchanges import indicators as exchanges_indicators
from .mutual_aid.exchanges import live as exchanges_live
from .mutual_aid.exchanges import menus as exchanges_menus
from .mutual_aid.exchanges import notifications as exchanges_notifications
from .mutual_aid.exchanges import parting as exchanges_parting
from .mutual_aid.exchanges import privacy as exchanges_privacy
from .mutual_aid.exchanges import schedules as exchanges_schedules
from .mutual_aid.exchanges import search as exchanges_search
from .mutual_aid.gatherings import dashboard as gathering_cards
from .mutual_aid.gatherings import demo as gatherings_demo
from .mutual_aid.gatherings import events as gathering_events
from .mutual_aid.gatherings import live as gatherings_live
from .mutual_aid.gatherings import notifications as gathering_notifications
from .mutual_aid.gatherings import parting as gatherings_parting
from .mutual_aid.gatherings import privacy as gatherings_privacy
from .mutual_aid.gatherings import schedules as gathering_schedules
from .mutual_aid.organizations import dashboard as organizations_dashboard
from .mutual_aid.organizations import demo as organizations_demo
from .mutual_aid.organizations import menus as organizations_menus
from .mutual_aid.shifts import dashboard as shift_cards
from .mutual_aid.shifts import demo as shifts_demo
from .mutual_aid.shifts import events as shift_events
from .mutual_aid.shifts import live as shifts_live
from .mutual_aid.shifts import notifications as shift_notifications
from .mutual_aid.shifts import parting as shifts_parting
from .mutual_aid.shifts import privacy as shifts_privacy
from .mutual_aid.shifts import schedules as shift_schedules
from .mutual_aid.things import dashboard as things_dashboard
from .mutual_aid.things import demo as things_demo
from .mutual_aid.things import events as things_events
from .mutual_aid.things import live as things_live
from .mutual_aid.things import notifications as things_notifications
from .mutual_aid.things import parting as things_parting
from .mutual_aid.things import privacy as things_privacy
from .mutual_aid.things import schedules as things_schedules
from .mutual_aid.things import search as things_search
from .mutual_aid.time_bank import dashboard as time_bank_dashboard
from .mutual_aid.time_bank import demo as time_bank_demo
from .mutual_aid.time_bank import events as time_bank_events
from .mutual_aid.time_bank import menus as time_bank_menus
from .mutual_aid.time_bank import notifications as time_bank_notifications
from .mutual_aid.time_bank import parting as time_bank_parting
from .mutual_aid.time_bank import privacy as time_bank_privacy
from .safety import demo as safety_demo
from .safety import events as safety_events
from .safety import menus as safety_menus
from .safety import notifications as safety_notifications
from .safety import parting as safety_parting
from .safety import privacy as safety_privacy

urls("", "community.urls")

urls("aiuto/calendario/", "community.mutual_aid.calendar.feed_urls", translated=False)

register(
    *shift_events.KINDS,
    *shift_notifications.NOTIFICATIONS,
    *shifts_live.TOPICS,
    *shifts_parting.SINKS,
    *gathering_events.KINDS,
    *gathering_notifications.NOTIFICATIONS,
    *gatherings_live.TOPICS,
    *gatherings_parting.SINKS,
    *calendar_events.KINDS,
    *calendar_menus.ITEMS,
    *time_bank_events.EVENTS,
    *time_bank_notifications.NOTIFICATIONS,
    *time_bank_parting.SINKS,
    *exchanges_events.KINDS,
    *exchanges_notifications.NOTIFICATIONS,
    *exchanges_live.TOPICS,
    *exchanges_menus.ITEMS,
    *exchanges_dashboard.CARDS,
    *exchanges_search.SOURCES,
    *exchanges_privacy.DATA,
    *exchanges_schedules.SCHEDULES,
    *exchanges_parting.SINKS,
    *exchanges_indicators.INDICATORS,
    *exchanges_demo.DEMO,
    *safety_events.KINDS,
    *safety_notifications.NOTIFICATIONS,
    *safety_parting.SINKS,
    *safety_menus.ITEMS,
    *safety_privacy.PERSONAL_DATA,
    *safety_demo.DATA,
    *things_events.KINDS,
    *things_notifications.NOTIFICATIONS,
    *things_live.TOPICS,
    *things_parting.SINKS,
    *things_dashboard.CARDS,
    *things_dashboard.INDICATORS,
    *things_dashboard.PANELS,
    *things_search.SOURCES,
    *things_schedules.SCHEDULES,
    *things_privacy.PERSONAL_DATA,
    *things_demo.DATA,
    *mediation_events.KINDS,
    *mediation_notifications.NOTIFICATIONS,
    *mediation_live.TOPICS,
    *mediation_parting.SINKS,
    *mediation_menus.ITEMS,
    *mediation_privacy.DATA,
    *mediation_privacy.EXEMPT,
    *mediation_schedules.SCHEDULES,
    *mediation_demo.DEMO,
    *mediation_day_menus.ITEMS,
    *mediation_dashboard.CARDS,
    *mediation_indicators.INDICATORS,
    *mediation_intake_menus.ITEMS,
    *conversation_events.KINDS,
    *conversation_news.NOTIFICATIONS,
    *conversation_topics.TOPICS,
    EventSink(key="community.notes", receive=conversation_notes.note_fact),
    *organizations_dashboard.CARDS,
    *organizations_dashboard.PANELS,
    *organizations_menus.ITEMS,
    *organizations_demo.DATA,
)

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
        opens_confidences=True,
        order=41,
    ),
)

register(
    NeverDelegated(
        key="community.mediation",
        reason=_("In a mediation each person speaks for themselves."),
    ),
)

register(
    NavigationItem(
        key="community.glass",
        label=_("Opening a mediation"),
        url_name="community:mediation_glasses",
        icon="lock-open",
        place="upkeep",
        visible=lambda user: user.has_perm("community.ask_for_glass"),
        order=88,
    ),
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
    NavigationItem(
        key="community.conversations",
        label=_("Conversations"),
        url_name="community:conversations",
        icon="messages-square",
        place="account",
        visible=conversation_menus.takes_part,
        badge=conversation_menus.unread_count,
        topic="community.conversations:{user}",
        badge_url="portal:notifications_count",  # the counts of all bells, without the page and what reading it means
        order=60,
    ),
)

register(
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
        order=42,
    ),
    DashboardCard(
        key="community.next_gatherings",
        template="community/gatherings/cards/next.html",
        context=gathering_cards.next_gatherings,
        order=43,
    ),
    DashboardCard(
        key="community.gatherings_to_note",
        template="community/gatherings/cards/to_note.html",
        context=gathering_cards.to_note,
        order=43,
    ),
    DashboardCard(
        key="community.hours",
        template="community/time_bank/cards/mine.html",
        context=time_bank_dashboard.my_hours,
        order=42,
    ),
)

register(
    ObjectPanel(
        key="community.conversation",
        models=("manutenzione.Ticket",),
        template="community/conversations/panel.html",
        context=conversation_panels.panel,
        order=10,
    ),
)

register(
    PersonalData(
        key="community.ShiftPlace",
        labels={"shift": _("Shift"), "day": _("Day"), "task": _("Task"), "state": _("State")},
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
        labels={"first_day": _("First day"), "called_off_because": _("Why it is called off")},
        export=shifts_privacy.export_plans,
        erase=shifts_privacy.erase_plans,
        stays=_("The shifts, which others go on with."),
        retention=shifts_privacy.RETENTION,
        expire=shifts_privacy.expire_plans,
        reason=_("Two years after the last shift."),
    ),
    PersonalData(
        key="community.Gathering",
        labels={
            "starts_at": _("Begins"),
            "ends_at": _("Ends"),
            "called_off_because": _("Why it is called off"),
        },
        export=gatherings_privacy.export_gatherings,
        erase=gatherings_privacy.erase_gatherings,
        stays=_("That neighbours met, and not who invited."),
        retention=gatherings_privacy.RETENTION,
        expire=gatherings_privacy.expire,
        reason=_("A year: what was done together, to do it again."),
    ),
    PersonalData(
        key="community.Answer",
        labels={
            "gathering": _("Event"),
            "day": _("Day"),
            "answer": _("Answer"),
            "companions": _("Others with you"),
        },
        export=gatherings_privacy.export_answers,
        erase=gatherings_privacy.erase_answers,
        stays=_("How many people were there, and not who."),
        retention=gatherings_privacy.RETENTION,
        expire=gatherings_privacy.expire_answers,
        reason=_("A year, as the event it belongs to."),
    ),
    PersonalData(
        key="community.Contribution",
        labels={"gathering": _("Event"), "thing": _("Thing"), "number": _("How many")},
        export=gatherings_privacy.export_contributions,
        erase=gatherings_privacy.erase_contributions,
        retention=gatherings_privacy.RETENTION,
        expire=gatherings_privacy.expire_contributions,
        reason=_("A year, as the event it belongs to."),
    ),
    PersonalData(
        key="community.CalendarLink",
        labels={"made_at": _("Made on")},
        export=calendar_privacy.export,
        erase=calendar_privacy.erase,
        retention=None,
        reason=_("As long as you want your calendar to follow."),
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
    PersonalData(
        key="community.Message",
        title=_("Your messages in conversations"),
        export=conversation_privacy.export_messages,
        labels={"edited_at": _("Changed on"), "deleted_at": _("Deleted on")},
        erase=conversation_privacy.erase_messages,
        stays=_("That a message stood there, and neither whose nor what it said."),
        retention=conversation_privacy.RETENTION,
        expire=conversation_privacy.expire_messages,
        reason=_(
            "As long as what the conversation is about, and at most two years after its last message: by then "
            "nobody comes back to it."
        ),
    ),
    PersonalData(
        key="community.ReadMark",
        title=_("How far you have read conversations"),
        export=conversation_privacy.export_marks,
        labels={"about": _("About"), "read_up_to": _("Read up to message"), "muted": _("No news of it")},
        erase=conversation_privacy.erase_marks,
        retention=None,
        reason=_("As long as the conversation: so that you are shown what is new."),
    ),
)

register(
    Exempt(key="community.Shift", reason="A day of a plan: who comes stands in the places."),
    Exempt(key="community.ShiftRole", reason="What there is to do in a shift."),
    Exempt(
        key="community.SwapOffer", reason="Which place was offered for which: people stand in the places."
    ),
    Exempt(key="community.Item", reason="What is to be brought: who brings it stands in the contributions."),
    Exempt(
        key="community.Conversation",
        reason="Says what is talked about, and counts. What people say and have read stands in Message and ReadMark.",
    ),
)

register(
    Schedule(key="community.shifts.lay_out", run=shift_schedules.lay_out, every=timedelta(days=1)),
    Schedule(key="community.shifts.call_out", run=shift_schedules.call_out, every=timedelta(hours=1)),
    Schedule(key="community.gatherings.remind", run=gathering_schedules.remind, every=timedelta(hours=1)),
)

register(
    DemoData(key="community.demo", load=load, order=40),
    DemoData(key="community.shifts", load=shifts_demo.load, order=63),
    DemoData(key="community.gatherings", load=gatherings_demo.load, order=64),
    DemoData(key="community.time_bank", load=time_bank_demo.load, order=94),
    DemoData(key="community.conversations.demo", load=conversation_demo.load, order=66),
)
