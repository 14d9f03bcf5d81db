"""What may happen to an answer: one table, read by the model, the buttons and the tests.

            ┌─ seats ──▶ coming ──attend──▶ attended, ──miss──▶ missed  (once it has begun; either corrects the other)
answer ─────┤              ▲  │
            └─ full ──▶ waiting ──promote (somebody gave seats back)
coming, waiting ──withdraw──▶ withdrawn ──answer──▶ coming or waiting   (before it begins)
waiting, withdrawn ──turn_up──▶ coming ──attend──▶ attended   (once it has begun: they came all the same)
attended ──deny──▶ withdrawn   (by whoever runs it, of somebody who came unannounced)
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from .words import AnswerState as State


class GatheringError(Exception):
    """A verb that cannot be done now. The message is for the person who tried, in their language."""


class NotNow(GatheringError):
    """The state, or the time, forbids the verb."""


class CannotBeAdded(NotNow):
    """This `person` may not come to it, or a block stands between them and whoever says so."""

    def __init__(self, person) -> None:
        super().__init__(_("This person cannot be added here."))
        self.person = person


class TooMany(GatheringError):
    """More people, or more of something, than there is room for."""


class Promised(GatheringError):
    """Somebody brings already what shall not be brought any more, or not so many of it: `position` among the things."""

    def __init__(self, position: int, promised: int, *, is_gone: bool) -> None:
        super().__init__(
            _("Somebody brings this already: it cannot be taken away.")
            if is_gone
            else _("So many are promised already: %(number)d.") % {"number": promised}
        )
        self.position, self.is_gone = position, is_gone


TRANSITIONS = {
    # (from, verb): to
    (State.COMING, "withdraw"): State.WITHDRAWN,
    (State.WAITING, "withdraw"): State.WITHDRAWN,
    (State.WAITING, "promote"): State.COMING,
    (State.WAITING, "turn_up"): State.COMING,
    (State.WITHDRAWN, "turn_up"): State.COMING,
    (State.COMING, "attend"): State.ATTENDED,
    (State.MISSED, "attend"): State.ATTENDED,
    (State.COMING, "miss"): State.MISSED,
    (State.ATTENDED, "miss"): State.MISSED,
    (State.ATTENDED, "attend"): State.ATTENDED,
    (State.MISSED, "miss"): State.MISSED,
    (State.ATTENDED, "deny"): State.WITHDRAWN,
    (State.WITHDRAWN, "deny"): State.WITHDRAWN,
}

# What a verb becomes once it is a fact: the last part of the event's kind.
FACTS = {"attend": "attended", "miss": "missed", "deny": "missed"}


def target_of(state: str, verb: str) -> State:
    """Raises NotNow where the state forbids the verb."""
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        raise NotNow(
            _("This cannot be done now: the answer is “%(state)s”.") % {"state": State(state).label}
        ) from None
