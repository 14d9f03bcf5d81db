"""The facts of shifts, and how a history says them."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

from .workflow import NOBODY_CAME

KINDS = (
    EventKind(
        key="community.shift_plan.made", sentence=_("%(actor)s planned these shifts"), icon="calendar-plus"
    ),
    EventKind(key="community.shift_plan.changed", sentence=_("%(actor)s changed the plan"), icon="pencil"),
    EventKind(
        key="community.shift_plan.ended", sentence=_("%(actor)s ended these shifts"), icon="calendar-x"
    ),
    EventKind(key="community.shift.joined", sentence=_("%(actor)s signed up"), icon="user-plus"),
    EventKind(key="community.shift.withdrawn", sentence=_("%(actor)s gave a place up"), icon="user-minus"),
    EventKind(
        key="community.shift.withdrawn_late",
        sentence=_("%(actor)s gave a place up at the last moment"),
        icon="triangle-alert",
    ),
    EventKind(key="community.shift.swap_wanted", sentence=_("%(actor)s looks for a stand-in"), icon="repeat"),
    EventKind(key="community.shift.kept", sentence=_("%(actor)s comes after all"), icon="user-check"),
    EventKind(key="community.shift.taken_over", sentence=_("%(actor)s stepped in"), icon="user-check"),
    EventKind(key="community.shift.swap_offered", sentence=_("%(actor)s offered a swap"), icon="repeat"),
    EventKind(key="community.shift.swapped", sentence=_("%(actor)s swapped a place"), icon="repeat"),
    EventKind(key="community.shift.swap_declined", sentence=_("%(actor)s did not want to swap"), icon="x"),
    EventKind(key="community.shift.attended", sentence=_("%(actor)s noted who was there"), icon="check"),
    EventKind(
        key="community.shift.attested", sentence=_("%(actor)s noted their own presence"), icon="user-check"
    ),
    EventKind(
        key="community.shift.added",
        sentence=_("%(actor)s noted that somebody came who had no place"),
        icon="user-plus",
    ),
    EventKind(key="community.shift.missed", sentence=_("%(actor)s noted who was not there"), icon="x"),
    EventKind(key=NOBODY_CAME, sentence=_("%(actor)s noted that nobody was there"), icon="x"),
    EventKind(
        key="community.shift.asked", sentence=_("%(actor)s asked somebody to come"), icon="message-circle"
    ),
    EventKind(key="community.shift.moved", sentence=_("%(actor)s changed the time"), icon="clock"),
    EventKind(
        key="community.shift.called_off", sentence=_("%(actor)s called the shift off"), icon="calendar-x"
    ),
    EventKind(key="community.shift.short", sentence=_("Somebody was still missing"), icon="megaphone"),
)
