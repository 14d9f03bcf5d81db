"""Where a ticket stands and what may happen to it: one table, read by the model, the buttons and the tests.

submitted ──triage──▶ triaged ──resolve──▶ resolved ──confirm──▶ closed
    │                 ▲  │  ▲                 │                    │
    │            resume │  hold └──────reopen─────┴────────reopen──────┘
    │                 │  ▼
    │                on_hold ──resolve──▶ resolved
    ├─ reject ▶ rejected, cancel ▶ cancelled: from every open state
    └─ reconsider: rejected ▶ triaged, for a slip or a better argument
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from .words import State


class TransitionError(Exception):
    """A verb that cannot be done to this ticket now. The message is for the person who tried, in their language."""


class NotNow(TransitionError):
    """The ticket's state forbids the verb."""


class Overtaken(TransitionError):
    """Somebody else changed the ticket after the person's page was drawn."""


class ReasonMissing(TransitionError):
    """Whoever is disappointed is told why."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    verb: str
    source: State
    target: State
    needs_reason: bool = False

    @property
    def permission(self) -> str:
        """Who may: the rule of that name in `rules.py`."""
        return f"manutenzione.{self.verb}_ticket"


_TABLE = (
    # verb      from               to                who (rules.py)        a reason where it disappoints
    ("triage", State.SUBMITTED, State.TRIAGED),  # operator
    ("resolve", State.TRIAGED, State.RESOLVED),  # operator, assignee
    ("hold", State.TRIAGED, State.ON_HOLD, True),  # operator, assignee
    ("assign", State.TRIAGED, State.TRIAGED),  # operator
    ("triage", State.TRIAGED, State.TRIAGED),  # operator: category or urgency put right
    ("resume", State.ON_HOLD, State.TRIAGED),  # operator, assignee
    ("resolve", State.ON_HOLD, State.RESOLVED),  # operator, assignee
    ("assign", State.ON_HOLD, State.ON_HOLD),  # operator
    ("confirm", State.RESOLVED, State.CLOSED),  # reporter
    ("reopen", State.RESOLVED, State.TRIAGED, True),  # reporter, operator
    ("reopen", State.CLOSED, State.TRIAGED, True),  # reporter, operator
    ("reject", State.SUBMITTED, State.REJECTED, True),  # operator
    ("reject", State.TRIAGED, State.REJECTED, True),  # operator
    ("reject", State.ON_HOLD, State.REJECTED, True),  # operator
    ("reconsider", State.REJECTED, State.TRIAGED),  # operator
    ("cancel", State.SUBMITTED, State.CANCELLED, True),  # reporter
    ("cancel", State.TRIAGED, State.CANCELLED, True),  # reporter
    ("cancel", State.ON_HOLD, State.CANCELLED, True),  # reporter
)

TRANSITIONS = {
    (source, verb): Transition(verb=verb, source=source, target=target, needs_reason=bool(reason))
    for verb, source, target, *reason in _TABLE
}
VERBS = tuple(dict.fromkeys(verb for verb, *_rest in _TABLE))

# Whoever reported it has so long to say that it is not repaired; silence confirms, and a closed report opens again.
CONFIRM_WITHIN = timedelta(days=14)

# What a verb becomes once it is a fact: the last part of the event's kind.
FACTS = {
    "report": "reported",
    "triage": "triaged",
    "assign": "assigned",
    "hold": "held",
    "resume": "resumed",
    "resolve": "resolved",
    "confirm": "confirmed",
    "reopen": "reopened",
    "reject": "rejected",
    "reconsider": "reconsidered",
    "cancel": "cancelled",
}
# The same verb in another state is another fact.
_FACTS_IN = {("triage", State.TRIAGED): "corrected"}


# What the reporter does, and so whoever acts for them: nothing that a role gives the reporter besides.
OF_REPORTER = ("confirm", "reopen", "cancel")


def fact(verb: str, from_state: str = "") -> str:
    """The event kind that states it."""
    return f"manutenzione.ticket.{_FACTS_IN.get((verb, from_state), FACTS[verb])}"


def facts() -> list[str]:
    """All event kinds that state a step of a ticket."""
    return [fact(verb) for verb in FACTS] + [fact(verb, state) for verb, state in _FACTS_IN]


def row_of(state: str, verb: str) -> Transition:
    """The verb in this state; where the state forbids it, in another: a form is read before it is refused."""
    other = next(step for step in TRANSITIONS.values() if step.verb == verb)
    return TRANSITIONS.get((State(state), verb), other)


def transition(state: str, verb: str) -> Transition:
    """What the verb does to a ticket in this state. Raises NotNow if it does nothing."""
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        raise NotNow(
            _("This cannot be done now: the report is “%(state)s”.") % {"state": State(state).label}
        ) from None


def possible(state: str) -> Iterator[Transition]:
    """All that may happen in this state, whoever asks; first what mostly comes next."""
    return (step for (source, _verb), step in TRANSITIONS.items() if source == state)
