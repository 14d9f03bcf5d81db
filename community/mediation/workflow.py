"""Where a case stands and what may happen to it: one table, read by the model, the buttons and the tests.

requested ─take_up─▶ intake ─invite─▶ inviting ─agree─▶ agreed ─begin─▶ mediating ─table─▶ agreement ─settle─▶ follow_up
                           ◀─ recall ─                                    ▲ ▲  ◀─── back ─────┘                  │
                                                                          │ └──────────── reopen ────────────────┤
Whatever is open ends as closed, with an outcome: decline, lapse, withdraw, refuse, refer, stop, end, finish, outlast ◀
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from .words import OPEN, TALKING, Outcome, State


class NotPossible(Exception):
    """A verb that cannot be done now. The message is for the person who tried, in their language."""


class Overtaken(NotPossible):
    """Somebody else did something meanwhile: what the person saw stands there no more."""


def written_meanwhile() -> Overtaken:
    """Two have changed one text: the second reads what the first has written."""
    return Overtaken(_("Somebody else has written here meanwhile. Please read it, and put both together."))


_TABLE = (
    # verb       from             to                    who (rules.py)
    ("take_up", State.REQUESTED, State.INTAKE),  # who coordinates
    ("invite", State.INTAKE, State.INVITING),  # who coordinates
    ("recall", State.INVITING, State.INTAKE),  # who coordinates: it went to somebody by mistake
    ("agree", State.INVITING, State.AGREED),  # the portal, with the last yes
    ("begin", State.AGREED, State.MEDIATING),  # the mediator
    ("table", State.MEDIATING, State.AGREEMENT),  # the mediator
    ("table", State.AGREEMENT, State.AGREEMENT),  # another version of it
    ("back", State.AGREEMENT, State.MEDIATING),  # the mediator, each party
    ("settle", State.AGREEMENT, State.FOLLOW_UP),  # the portal, with the last yes to the same version
    ("reopen", State.FOLLOW_UP, State.MEDIATING),  # the mediator, each party
    ("finish", State.FOLLOW_UP, State.CLOSED),  # the mediator
    *(("end", state, State.CLOSED) for state in TALKING[:-1]),  # the mediator
    ("decline", State.INVITING, State.CLOSED),  # the portal, when nobody of the other side is left
    ("lapse", State.INVITING, State.CLOSED),  # who coordinates, later the portal: nobody has answered
    # The portal, when nobody of a side is left, or nothing has happened for a year.
    *(("withdraw", state, State.CLOSED) for state in OPEN[:-1]),
    # The same, once all have agreed: what they agreed on outlasts it.
    ("outlast", State.FOLLOW_UP, State.CLOSED),
    *(("refuse", state, State.CLOSED) for state in (State.REQUESTED, State.INTAKE)),  # who coordinates
    *(("refer", state, State.CLOSED) for state in OPEN),  # who coordinates, later the mediator
    *(("stop", state, State.CLOSED) for state in TALKING),  # the mediator: danger has come to light
)

TRANSITIONS = {(source, verb): target for verb, source, target in _TABLE}

# How a case ends by a verb that closes it; `finish` and `end` say it themselves.
OUTCOMES = {
    "decline": Outcome.DECLINED,
    "lapse": Outcome.DECLINED,
    "withdraw": Outcome.WITHDRAWN,
    "outlast": Outcome.AGREEMENT,
    "refuse": Outcome.UNSUITABLE,
    "stop": Outcome.UNSUITABLE,
    "refer": Outcome.REFERRED,
}
MAY_END_AS = {
    "finish": (Outcome.AGREEMENT, Outcome.PARTIAL),
    "end": (Outcome.NONE, Outcome.PARTIAL),
}

# What a verb becomes once it is a fact: the last part of the event's kind.
FACTS = {
    "ask": "asked",
    "take_up": "taken_up",
    "invite": "invited",
    "recall": "recalled",
    "agree": "agreed",
    "begin": "begun",
    "table": "tabled",
    "back": "taken_back",
    "settle": "settled",
    "reopen": "reopened",
    "finish": "closed",
    "end": "closed",
    "decline": "closed",
    "lapse": "closed",
    "withdraw": "closed",
    "outlast": "closed",
    "refuse": "closed",
    "refer": "closed",
    "stop": "closed",
}


def fact(verb: str) -> str:
    """The event kind that states it."""
    return f"community.mediation.{FACTS[verb]}"


def target_of(state: str, verb: str) -> State:
    """Where the verb leads from this state. Raises NotPossible if nowhere."""
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        raise NotPossible(
            _("This cannot be done now: the mediation is “%(state)s”.") % {"state": State(state).label}
        ) from None


def possible(state: str) -> list[str]:
    """The verbs that the state allows, whoever asks."""
    return [verb for source, verb in TRANSITIONS if source == state]
