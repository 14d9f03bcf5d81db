"""Where an exchange stands and what may happen to it: one table, read by the model, the buttons and the tests.

proposed ─accept─▶ (to_approve ─approve─▶) accepted ─schedule─▶ scheduled ─done─▶ done ─confirm─▶ confirmed
   │                     │                    ├──────── cancel ─────┤▶ cancelled  ◀undo│             │
   ├ decline ▶ declined  └ refuse ▶ declined  └──── close: after a silence ────────────┤── dispute ──┘
   ├ withdraw ▶ withdrawn                                       ▼ unconfirmed ─dispute─┤
   └ lapse ▶ lapsed: after a silence             confirmed ─thank─▶ thanked            ▼
                                                                            disputed ─settle─▶ settled
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from .words import LIVE, State


class TransitionError(Exception):
    """A verb that cannot be done now. The message is for the person who tried, in their language."""


class NotNow(TransitionError):
    """The state forbids the verb."""


class TooEarly(NotNow):
    """It has not begun: nobody can say yet that it was done."""


class Overtaken(TransitionError):
    """The other did something after the person's page was drawn."""


class ReasonMissing(TransitionError):
    """Whoever is disappointed is told why."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    verb: str
    source: State
    target: State

    @property
    def permission(self) -> str:
        """Who may: the rule of that name in `rules.py`."""
        return f"community.{self.verb}_exchange"


_TABLE = (
    # verb      from               to                who (rules.py)
    ("accept", State.PROPOSED, State.ACCEPTED),  # who published; to_approve where staff has to agree
    ("decline", State.PROPOSED, State.DECLINED),  # who published
    ("withdraw", State.PROPOSED, State.WITHDRAWN),  # who asked
    ("lapse", State.PROPOSED, State.LAPSED),  # the portal, after ANSWER_WITHIN
    ("lapse", State.TO_APPROVE, State.LAPSED),
    ("approve", State.TO_APPROVE, State.ACCEPTED),  # who answers for the area
    ("refuse", State.TO_APPROVE, State.DECLINED),  # who answers for the area
    ("schedule", State.ACCEPTED, State.SCHEDULED),  # both
    ("done", State.SCHEDULED, State.DONE),  # both; the first of them
    ("done", State.ACCEPTED, State.DONE),
    ("skip", State.SCHEDULED, State.SCHEDULED),  # both, where it comes round every week
    ("schedule", State.SCHEDULED, State.SCHEDULED),  # another day
    ("confirm", State.DONE, State.CONFIRMED),  # the other one
    ("done", State.DONE, State.DONE),  # both: the first puts the figure right, or the other says another
    ("undo", State.DONE, State.SCHEDULED),  # who said so, as long as the other has not answered; or accepted
    ("dispute", State.DONE, State.DISPUTED),  # the other one
    ("thank", State.CONFIRMED, State.THANKED),  # who received
    *(("thank_back", state, state) for state in (State.CONFIRMED, State.THANKED)),  # who gave, once
    ("dispute", State.CONFIRMED, State.DISPUTED),  # both, for DISPUTE_WITHIN
    ("dispute", State.UNCONFIRMED, State.DISPUTED),
    ("reply", State.DISPUTED, State.DISPUTED),  # the other than who asked for it
    ("settle", State.DISPUTED, State.SETTLED),  # who answers for the area
    ("cancel", State.TO_APPROVE, State.CANCELLED),  # both
    ("cancel", State.ACCEPTED, State.CANCELLED),
    ("cancel", State.SCHEDULED, State.CANCELLED),
    *(
        ("close", state, State.UNCONFIRMED) for state in (State.ACCEPTED, State.SCHEDULED, State.DONE)
    ),  # the portal
    *(("end", state, State.CANCELLED) for state in LIVE),  # the portal, when one of the two is gone
)

TRANSITIONS = {
    (source, verb): Transition(verb=verb, source=source, target=target) for verb, source, target in _TABLE
}
VERBS = tuple(dict.fromkeys(verb for verb, *_rest in _TABLE))
OF_STEWARD = ("approve", "refuse", "settle")  # what whoever answers for the area does; the two never do
ONCE_BEGUN = ("done", "confirm")  # only when the time that was agreed on has come
# Whoever does this says why, or how they see it: where their words are kept.
WORDS_OF = {
    "dispute": "reason",
    "refuse": "reason",
    "cancel": "reason",
    "reply": "answer",
    "settle": "decision",
}

ANSWER_WITHIN = timedelta(days=14)  # a question without an answer is closed
DISPUTE_WITHIN = timedelta(days=14)  # so long after both have confirmed

# What a verb becomes once it is a fact: the last part of the event's kind.
FACTS = {
    "propose": "proposed",
    "accept": "accepted",
    "decline": "declined",
    "withdraw": "withdrawn",
    "lapse": "lapsed",
    "approve": "approved",
    "refuse": "refused",
    "schedule": "scheduled",
    "skip": "skipped",
    "done": "done",
    "undo": "undone",
    "confirm": "confirmed",
    "dispute": "disputed",
    "reply": "replied",
    "settle": "settled",
    "thank": "thanked",
    "thank_back": "thanked_back",
    "cancel": "cancelled",
    "close": "closed",
    "end": "ended",
}
LATE = "cancelled_late"
TO_APPROVE = "awaits_approval"


def fact(verb: str) -> str:
    """The event kind that states it."""
    return f"community.exchange.{FACTS[verb]}"


def transition(state: str, verb: str) -> Transition:
    """What the verb does to an exchange in this state. Raises NotNow if it does nothing."""
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        raise NotNow(
            _("This cannot be done now: the exchange is “%(state)s”.") % {"state": State(state).shown}
        ) from None


def possible(state: str) -> Iterator[Transition]:
    """All that may happen in this state, whoever asks; first what mostly comes next."""
    return (step for (source, _verb), step in TRANSITIONS.items() if source == state)
