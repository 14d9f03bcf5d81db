"""The facts of posts and exchanges, each with its sentence for a history."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.extensions import EventKind

KINDS = (
    EventKind(key="community.post.published", sentence=_("%(actor)s put it on the board"), icon="send"),
    EventKind(key="community.post.edited", sentence=_("%(actor)s wrote it anew"), icon="pencil"),
    EventKind(key="community.post.paused", sentence=_("%(actor)s paused it"), icon="pause"),
    EventKind(key="community.post.resumed", sentence=_("It is on the board again"), icon="play"),
    EventKind(key="community.post.renewed", sentence=_("%(actor)s renewed it"), icon="rotate-ccw"),
    EventKind(
        key="community.post.taken_back",
        sentence=pgettext_lazy("of an offer or a request", "%(actor)s took it back"),
        icon="undo-2",
    ),
    EventKind(key="community.post.runs_out", sentence=_("It leaves the board soon"), icon="hourglass"),
    EventKind(key="community.post.expired", sentence=_("Its time on the board is over"), icon="hourglass"),
    EventKind(
        key="community.post.stand_in_wanted",
        sentence=_("Somebody else is looked for, quickly"),
        icon="search",
    ),
    EventKind(key="community.exchange.proposed", sentence=_("%(actor)s answered"), icon="send"),
    EventKind(key="community.exchange.accepted", sentence=_("%(actor)s said yes"), icon="handshake"),
    EventKind(
        key="community.exchange.awaits_approval",
        sentence=_("%(actor)s said yes; the coordinator has to agree"),
        icon="hourglass",
    ),
    EventKind(key="community.exchange.approved", sentence=_("The coordinator agreed"), icon="shield-check"),
    EventKind(key="community.exchange.refused", sentence=_("The coordinator did not agree"), icon="x"),
    EventKind(
        key="community.exchange.declined",
        sentence=pgettext_lazy("of an exchange", "%(actor)s cannot do it"),
        icon="x",
    ),
    EventKind(
        key="community.exchange.withdrawn",
        sentence=pgettext_lazy("of an exchange", "%(actor)s took it back"),
        icon="undo-2",
    ),
    EventKind(key="community.exchange.lapsed", sentence=_("Nobody answered in time"), icon="hourglass"),
    EventKind(
        key="community.exchange.scheduled",
        sentence=_("%(actor)s wrote down day and place"),
        icon="calendar-clock",
    ),
    EventKind(key="community.exchange.skipped", sentence=_("%(actor)s skipped a week"), icon="skip-forward"),
    EventKind(key="community.exchange.came_round", sentence=_("The next week, as agreed"), icon="repeat"),
    EventKind(key="community.exchange.done", sentence=_("%(actor)s says that it is done"), icon="check"),
    EventKind(
        key="community.exchange.undone", sentence=_("%(actor)s said: it is not done yet"), icon="undo-2"
    ),
    EventKind(
        key="community.exchange.confirm_wanted",
        sentence=_("A reminder to confirm the hours"),
        icon="bell",
    ),
    EventKind(
        key="community.exchange.outcome_wanted",
        sentence=_("A reminder to say whether it was done"),
        icon="bell",
    ),
    EventKind(key="community.exchange.day_wanted", sentence=_("A reminder to agree on the day"), icon="bell"),
    EventKind(
        key="community.exchange.closed",
        sentence=_("It ended without a word of both: no hours count"),
        icon="hourglass",
    ),
    EventKind(key="community.exchange.ended", sentence=_("It has ended: it does not take place"), icon="x"),
    EventKind(
        key="community.exchange.confirmed",
        sentence=_("%(actor)s confirmed; the hours count"),
        icon="circle-check",
    ),
    EventKind(
        key="community.exchange.disputed",
        sentence=_("%(actor)s asked the coordinator to look at it"),
        icon="scale",
    ),
    EventKind(
        key="community.exchange.reply_wanted",
        sentence=_("The other is asked how they see it"),
        icon="message-square",
    ),
    EventKind(
        key="community.exchange.replied", sentence=_("%(actor)s said how they see it"), icon="message-square"
    ),
    EventKind(
        key="community.exchange.settlement_wanted",
        sentence=_("A reminder to the coordinator to settle it"),
        icon="bell",
    ),
    EventKind(
        key="community.exchange.passed_on",
        sentence=_("It had waited too long: the agency looks at it now"),
        icon="forward",
    ),
    EventKind(key="community.exchange.settled", sentence=_("It was settled"), icon="scale"),
    EventKind(key="community.exchange.thanked", sentence=_("%(actor)s said thank you"), icon="heart"),
    EventKind(
        key="community.exchange.thanked_back", sentence=_("%(actor)s said thank you too"), icon="heart"
    ),
    EventKind(key="community.exchange.cancelled", sentence=_("%(actor)s called it off"), icon="x"),
    EventKind(
        key="community.exchange.cancelled_late",
        sentence=_("%(actor)s called it off at the last moment"),
        icon="triangle-alert",
    ),
)
