"""What may happen to a thing and to a loan of it: two tables, read by the models, the buttons and the tests.

A loan: requested ─accept─▶ reserved ─pick_up─▶ picked_up ─give_back─▶ returned
        decline ▶ declined · cancel ▶ cancelled · lapse ▶ lapsed · lose ▶ lost · keep ▶ returned
        renew: picked_up ▶ picked_up
A thing: available ⇄ paused; damage ▶ in_repair ─mend─▶ available; lose ▶ missing ─find─▶ available;
        write_off ▶ written_off, from what is missing or cannot be repaired; withdraw: available ▶ paused, as nobody
        keeps it; take_on: somebody does; leave ▶ written_off, from wherever it is, with its owner
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from .words import LoanState, ThingState


class NotPossible(Exception):
    """Cannot be done to this thing or loan now. The message is for the person who tried, in their language."""


OF_LOANS = {
    # (from, verb): to                                              who (rules.py)
    (LoanState.REQUESTED, "accept"): LoanState.RESERVED,  # keeper
    (LoanState.REQUESTED, "decline"): LoanState.DECLINED,  # keeper
    (LoanState.REQUESTED, "cancel"): LoanState.CANCELLED,  # borrower, keeper
    (LoanState.REQUESTED, "lapse"): LoanState.LAPSED,  # the portal: nobody answered
    (LoanState.RESERVED, "pick_up"): LoanState.PICKED_UP,  # borrower, keeper
    (LoanState.RESERVED, "cancel"): LoanState.CANCELLED,  # borrower, keeper
    (LoanState.RESERVED, "lapse"): LoanState.LAPSED,  # the portal: nobody came
    (LoanState.PICKED_UP, "give_back"): LoanState.RETURNED,  # borrower, keeper
    (LoanState.PICKED_UP, "renew"): LoanState.PICKED_UP,  # borrower
    (LoanState.PICKED_UP, "lose"): LoanState.LOST,  # borrower, keeper
    (
        LoanState.PICKED_UP,
        "keep",
    ): LoanState.RETURNED,  # the portal: nobody is left to whom it would come back
}

LIVE = (ThingState.AVAILABLE, ThingState.PAUSED, ThingState.IN_REPAIR, ThingState.MISSING)

OF_THINGS = {
    (ThingState.AVAILABLE, "pause"): ThingState.PAUSED,  # keeper
    (ThingState.PAUSED, "resume"): ThingState.AVAILABLE,  # keeper
    (ThingState.AVAILABLE, "damage"): ThingState.IN_REPAIR,  # keeper; or whoever gives it back
    (ThingState.PAUSED, "damage"): ThingState.IN_REPAIR,  # keeper
    (ThingState.IN_REPAIR, "damage"): ThingState.IN_REPAIR,  # one more note
    (ThingState.IN_REPAIR, "mend"): ThingState.AVAILABLE,  # keeper
    (ThingState.AVAILABLE, "lose"): ThingState.MISSING,  # keeper; or whoever has it
    (ThingState.PAUSED, "lose"): ThingState.MISSING,  # keeper
    (ThingState.IN_REPAIR, "lose"): ThingState.MISSING,  # keeper
    (ThingState.MISSING, "find"): ThingState.AVAILABLE,  # keeper
    (ThingState.WRITTEN_OFF, "find"): ThingState.AVAILABLE,  # keeper: it has turned up after all
    (ThingState.IN_REPAIR, "write_off"): ThingState.WRITTEN_OFF,  # coordinator of the area
    (ThingState.MISSING, "write_off"): ThingState.WRITTEN_OFF,  # coordinator of the area
    (ThingState.AVAILABLE, "withdraw"): ThingState.PAUSED,  # the portal: nobody keeps it any more
    **{(state, "take_on"): state for state in LIVE},  # coordinator of the area, of what nobody keeps
    **{(state, "leave"): ThingState.WRITTEN_OFF for state in LIVE},  # the portal: its owner was erased
}

OF_PORTAL = ("lapse", "keep", "withdraw", "leave")  # nobody's button

# What a verb becomes once it is a fact.
LOAN_FACTS = {
    "accept": "accepted",
    "decline": "declined",
    "cancel": "cancelled",
    "lapse": "lapsed",
    "pick_up": "picked_up",
    "give_back": "returned",
    "renew": "renewed",
    "lose": "lost",
    "keep": "kept",
}
THING_FACTS = {
    "pause": "paused",
    "resume": "resumed",
    "damage": "damaged",
    "mend": "repaired",
    "lose": "missing",
    "find": "found",
    "write_off": "written_off",
    "withdraw": "unkept",
    "take_on": "taken_on",
    "leave": "left",
}


def loan_target(state: str, verb: str) -> LoanState:
    """Raises NotPossible."""
    try:
        return OF_LOANS[LoanState(state), verb]
    except KeyError:
        raise NotPossible(
            _("This cannot be done now: the loan is “%(state)s”.") % {"state": LoanState(state).label}
        ) from None


def thing_target(state: str, verb: str) -> ThingState:
    """Raises NotPossible."""
    try:
        return OF_THINGS[ThingState(state), verb]
    except KeyError:
        raise NotPossible(
            _("This cannot be done now: the thing is “%(state)s”.") % {"state": ThingState(state).label}
        ) from None


def possible_for_loan(state: str) -> list[str]:
    """The verbs of people."""
    return [verb for source, verb in OF_LOANS if source == state and verb not in OF_PORTAL]


def possible_for_thing(state: str) -> list[str]:
    """The verbs of people."""
    return [verb for source, verb in OF_THINGS if source == state and verb not in OF_PORTAL]
