"""The facts of a ticket, each with its sentence for a history."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.extensions import EventKind

KINDS = (
    EventKind(key="manutenzione.ticket.reported", sentence=_("%(actor)s reported the fault"), icon="send"),
    EventKind(
        key="manutenzione.ticket.triaged",
        sentence=_("%(actor)s took it on and set how urgent it is"),
        icon="clipboard-check",
    ),
    EventKind(
        key="manutenzione.ticket.corrected",
        sentence=_("%(actor)s put category and urgency right"),
        icon="pencil",
    ),
    EventKind(
        key="manutenzione.ticket.assigned",
        sentence=_("%(actor)s gave it to somebody to repair"),
        icon="user-check",
    ),
    EventKind(key="manutenzione.ticket.held", sentence=_("%(actor)s put it on hold"), icon="hourglass"),
    EventKind(key="manutenzione.ticket.resumed", sentence=_("%(actor)s went on with it"), icon="play"),
    EventKind(
        key="manutenzione.ticket.resolved",
        sentence=_("%(actor)s says that it is repaired"),
        icon="circle-check",
    ),
    EventKind(
        key="manutenzione.ticket.confirmed", sentence=_("%(actor)s confirmed the repair"), icon="thumbs-up"
    ),
    EventKind(key="manutenzione.ticket.reopened", sentence=_("%(actor)s opened it again"), icon="rotate-ccw"),
    EventKind(
        key="manutenzione.ticket.rejected",
        sentence=pgettext_lazy("of a report", "%(actor)s did not accept it"),
        icon="ban",
    ),
    EventKind(
        key="manutenzione.ticket.reconsidered",
        sentence=_("%(actor)s accepted it after all"),
        icon="rotate-ccw",
    ),
    EventKind(
        key="manutenzione.ticket.cancelled", sentence=_("%(actor)s took the report back"), icon="undo-2"
    ),
)
