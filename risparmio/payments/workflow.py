"""Where a payout stands and what may happen to it: one table, read by the model, the buttons and the tests.

requested ──approve──▶ approved ──order──▶ ordered ──confirm──▶ paid ──come_back──▶ returned
    │                      │                  └────────────give_up───────────────────▶ returned
    └─ refuse ▶ refused, withdraw ▶ withdrawn: as long as the bank has not been told
"""

from __future__ import annotations

from .words import State

_TABLE = (
    # verb       from             to                 who (rules.py)
    ("approve", State.REQUESTED, State.APPROVED),  # an approver who did not ask; arrears: two of them
    ("refuse", State.REQUESTED, State.REFUSED),  # the same
    ("withdraw", State.REQUESTED, State.WITHDRAWN),  # the household, whoever asked
    ("withdraw", State.APPROVED, State.WITHDRAWN),  # the household, whoever asked
    ("order", State.APPROVED, State.ORDERED),  # the treasurer
    ("give_up", State.ORDERED, State.RETURNED),  # treasurer or approver, who neither asked nor ordered
    ("confirm", State.ORDERED, State.PAID),  # the statement
    ("come_back", State.PAID, State.RETURNED),  # the statement
)

TRANSITIONS = {(source, verb): target for verb, source, target in _TABLE}
VERBS = tuple(dict.fromkeys(verb for verb, *_rest in _TABLE))


def target_of(state: str, verb: str) -> State | None:
    """Where a verb leads from a state; None where it leads nowhere."""
    return TRANSITIONS.get((State(state), verb))
