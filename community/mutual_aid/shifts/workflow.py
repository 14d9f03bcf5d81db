"""What may happen to a place in a shift: one table, read by the model, the buttons and the tests.

signed ──seek_swap──▶ swap_wanted ──take_over (somebody else) / swap──▶ signed
   ▲                      │
   └───────keep───────────┘
signed, swap_wanted ──withdraw──▶ withdrawn   (before it begins)
signed, swap_wanted ──attend──▶ attended, ──miss──▶ missed   (once it has begun; either corrects the other, and said
again, by somebody else, it is confirmed)
attended ──deny──▶ withdrawn   (by whoever runs it, of somebody who came unannounced: they never had a place)
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from .words import PlaceState as State


class ShiftError(Exception):
    """A verb that cannot be done now. The message is for the person who tried, in their language."""


class NotNow(ShiftError):
    """The state, or the time, forbids the verb."""


class Full(ShiftError):
    """Somebody else has taken the last place."""


class TooFew(ShiftError):
    """A task shall have fewer people than have signed up for it: `position` among the tasks, and how many have."""

    def __init__(self, position: int, taken: int) -> None:
        super().__init__(
            _("So many people have signed up already: %(number)d. Ask them first.") % {"number": taken}
        )
        self.position = position


class Elsewhere(ShiftError):
    """The person has a place in another shift at that time: `shift`, where it is one still to come."""

    def __init__(self, message: str, *, shift=None) -> None:
        super().__init__(message)
        self.shift = shift


TRANSITIONS = {
    # (from, verb): to                                    who (rules.py)
    (State.SIGNED, "seek_swap"): State.SWAP_WANTED,  # whose place it is
    (State.SWAP_WANTED, "keep"): State.SIGNED,  # whose place it is
    (State.SWAP_WANTED, "take_over"): State.SIGNED,  # whoever may join
    (State.SIGNED, "swap"): State.SIGNED,  # both, each with a place
    (State.SWAP_WANTED, "swap"): State.SIGNED,
    (State.SIGNED, "withdraw"): State.WITHDRAWN,  # whose place it is
    (State.SWAP_WANTED, "withdraw"): State.WITHDRAWN,
    (State.SIGNED, "attend"): State.ATTENDED,  # who runs it
    (State.SWAP_WANTED, "attend"): State.ATTENDED,
    (State.MISSED, "attend"): State.ATTENDED,
    (State.SIGNED, "miss"): State.MISSED,  # who runs it
    (State.SWAP_WANTED, "miss"): State.MISSED,
    (State.ATTENDED, "miss"): State.MISSED,
    (State.ATTENDED, "attend"): State.ATTENDED,
    (State.MISSED, "miss"): State.MISSED,
    (State.ATTENDED, "deny"): State.WITHDRAWN,  # who runs it
    (State.WITHDRAWN, "deny"): State.WITHDRAWN,
}

NOBODY_CAME = "community.shift.empty"  # the fact that whoever runs a shift without places has said so

# What a verb becomes once it is a fact: the last part of the event's kind.
FACTS = {
    "sign_up": "joined",
    "seek_swap": "swap_wanted",
    "keep": "kept",
    "take_over": "taken_over",
    "swap": "swapped",
    "attend": "attended",
    "miss": "missed",
    "deny": "missed",
}


def target_of(state: str, verb: str) -> State:
    """Raises NotNow where the state forbids the verb."""
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        raise NotNow(
            _("This cannot be done now: the place is “%(state)s”.") % {"state": State(state).label}
        ) from None
