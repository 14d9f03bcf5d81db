"""What may happen to a report of abuse: one table, read by the model, the buttons and the tests.

open ──uphold──▶ upheld ──reverse──▶ dismissed
  └───dismiss──▶ dismissed ──uphold──▶ upheld
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from .words import State


class NotPossible(Exception):
    """The report's state forbids the verb. The message is for the person who tried."""


TRANSITIONS = {
    # (from, verb): to
    (State.OPEN, "uphold"): State.UPHELD,
    (State.OPEN, "dismiss"): State.DISMISSED,
    (State.UPHELD, "reverse"): State.DISMISSED,
    (State.DISMISSED, "uphold"): State.UPHELD,
}

FACTS = {
    "uphold": "community.abusereport.upheld",
    "dismiss": "community.abusereport.dismissed",
    "reverse": "community.abusereport.reversed",
}


def target_of(state: str, verb: str) -> State:
    """Raises NotPossible."""
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        raise NotPossible(
            _("This cannot be done now: somebody else has decided about it meanwhile.")
        ) from None


def possible(state: str) -> list[str]:
    """The verbs that the state allows, whoever asks."""
    return [verb for source, verb in TRANSITIONS if source == state]
