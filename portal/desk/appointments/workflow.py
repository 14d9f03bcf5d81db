"""Where an appointment stands and what may happen to it: one table, read by the model, the buttons and the tests.

            ┌──────── move ───────┐
            ▼                     │
queued    booked ──arrive──▶ arrived ──serve──▶ served
   │        │ ▲ └──miss──▶ missed ──arrive──▶ arrived
   │        │ └───undo────────┘  (and back from served to arrived, from arrived to booked)
   ├─ serve ▶ served
   └─ cancel ▶ cancelled: from every state in which somebody still comes
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NotNow(Exception):
    """The appointment's state forbids the verb."""


class State(models.TextChoices):
    BOOKED = "booked", pgettext_lazy("appointment", "booked")
    QUEUED = "queued", pgettext_lazy("appointment", "waits without a time")
    ARRIVED = "arrived", pgettext_lazy("appointment", "is here")
    SERVED = "served", pgettext_lazy("appointment", "served")
    MISSED = "missed", pgettext_lazy("appointment", "did not come")
    CANCELLED = "cancelled", pgettext_lazy("appointment", "cancelled")


OPEN = (State.BOOKED, State.QUEUED, State.ARRIVED)


@dataclass(frozen=True, kw_only=True)
class Transition:
    verb: str
    source: State
    target: State


_TABLE = (
    # verb     from             to
    ("arrive", State.BOOKED, State.ARRIVED),  # staff
    ("arrive", State.MISSED, State.ARRIVED),  # staff: late, and still received
    ("serve", State.ARRIVED, State.SERVED),  # staff
    ("serve", State.BOOKED, State.SERVED),  # staff, who forgot to say that they had come
    ("serve", State.QUEUED, State.SERVED),  # staff
    ("miss", State.BOOKED, State.MISSED),  # staff, once it has begun
    ("undo", State.ARRIVED, State.BOOKED),  # staff: a slip of the thumb
    ("undo", State.MISSED, State.BOOKED),
    ("undo", State.SERVED, State.ARRIVED),
    ("move", State.BOOKED, State.BOOKED),  # whoever comes, and staff
    ("cancel", State.BOOKED, State.CANCELLED),  # whoever comes, and staff
    ("cancel", State.ARRIVED, State.CANCELLED),  # staff: went away again
    ("cancel", State.QUEUED, State.CANCELLED),  # staff: went away again
)
TRANSITIONS = {
    (source, verb): Transition(verb=verb, source=source, target=target) for verb, source, target in _TABLE
}
VERBS = tuple(dict.fromkeys(verb for verb, *_rest in _TABLE))
# What staff do at the desk, in the order of the buttons.
DESK_VERBS = {
    "arrive": (_("Is here"), "user-check"),
    "serve": (_("Served"), "check"),
    "miss": (_("Did not come"), "user-x"),
    "undo": (_("Undo"), "undo-2"),
    "cancel": (_("Cancel"), "x"),
}
TONES = {
    State.BOOKED: "info",
    State.QUEUED: "warning",
    State.ARRIVED: "warning",
    State.SERVED: "success",
    State.MISSED: "danger",
    State.CANCELLED: "",
}


def transition(state: str, verb: str) -> Transition:
    """Raises NotNow."""
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        raise NotNow(verb) from None


def verbs_from(state: str) -> tuple[str, ...]:
    return tuple(verb for verb in VERBS if (State(state), verb) in TRANSITIONS)
