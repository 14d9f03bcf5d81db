"""The facts of gatherings, and how a history says them."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

KINDS = (
    EventKind(key="community.gathering.made", sentence=_("%(actor)s invited"), icon="calendar-plus"),
    EventKind(
        key="community.gathering.changed", sentence=_("%(actor)s changed the invitation"), icon="pencil"
    ),
    EventKind(key="community.gathering.moved", sentence=_("%(actor)s changed time or place"), icon="clock"),
    EventKind(key="community.gathering.called_off", sentence=_("%(actor)s called it off"), icon="calendar-x"),
    EventKind(
        key="community.gathering.accepted", sentence=_("%(actor)s said that they come"), icon="user-check"
    ),
    EventKind(key="community.gathering.queued", sentence=_("%(actor)s waits for a seat"), icon="hourglass"),
    EventKind(key="community.gathering.promoted", sentence=_("A seat became free"), icon="armchair"),
    EventKind(key="community.gathering.declined", sentence=_("%(actor)s does not come"), icon="user-minus"),
    EventKind(key="community.gathering.brought", sentence=_("%(actor)s said what they bring"), icon="gift"),
    EventKind(key="community.gathering.attended", sentence=_("%(actor)s noted who was there"), icon="check"),
    EventKind(
        key="community.gathering.attested",
        sentence=_("%(actor)s noted their own presence"),
        icon="user-check",
    ),
    EventKind(
        key="community.gathering.added",
        sentence=_("%(actor)s noted that somebody came who had not said so"),
        icon="user-plus",
    ),
    EventKind(
        key="community.gathering.credited",
        sentence=_("%(actor)s noted who was there, and the hours"),
        icon="hourglass",
    ),
    EventKind(key="community.gathering.missed", sentence=_("%(actor)s noted who was not there"), icon="x"),
    EventKind(
        key="community.gathering.moderated",
        sentence=_("Whoever answers for the area has looked at it"),
        icon="eye-off",
    ),
    EventKind(key="community.gathering.near", sentence=_("It is tomorrow"), icon="bell"),
)
