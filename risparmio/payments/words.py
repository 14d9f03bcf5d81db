"""The words of what comes in and goes out, each in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What a household takes money out for."""

    DEPOSIT = "deposit", _("the deposit of a home")
    FIRST_RENT = "first_rent", _("the first rents")
    FURNITURE = "furniture", _("furniture and moving")
    EMERGENCY = "emergency", _("an emergency")
    ARREARS = "arrears", _("what is owed to the landlord")
    EXIT = "exit", _("moving on: all of it goes back")


class Refusal(models.TextChoices):
    """Why a payout is not approved, ready to choose: each reads it in a language of their own. "" is in own words."""

    PAPER = "paper", _("A bill or an estimate is missing. Bring it along, then ask again.")
    ACCOUNT = "account", _("The name or the IBAN is not right. Look at them once more, then ask again.")
    AMOUNT = (
        "amount",
        _("The amount does not fit what it is for. Look at it with your caseworker, then ask again."),
    )
    TALK = "talk", _("We would like to talk about it with you first. Your caseworker gets in touch with you.")


class State(models.TextChoices):
    """Of a payout."""

    REQUESTED = "requested", pgettext_lazy("of a payout", "asked for")
    APPROVED = "approved", pgettext_lazy("of a payout", "approved")
    ORDERED = "ordered", pgettext_lazy("of a payout", "on its way")
    PAID = "paid", pgettext_lazy("of a payout", "paid")
    REFUSED = "refused", pgettext_lazy("of a payout", "not approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a payout", "taken back")
    RETURNED = "returned", pgettext_lazy("of a payout", "came back from the bank")


OPEN = (State.REQUESTED, State.APPROVED, State.ORDERED)
# Somebody has said yes to it.
DECIDED = (State.APPROVED, State.ORDERED, State.PAID, State.RETURNED)
# The bank has been told of it, and the book with it.
TOLD = (State.ORDERED, State.PAID, State.RETURNED)

SHORTEST_REASON, LONGEST_REASON = 8, 200  # characters


def explained(reason: str) -> str:
    """A reason in one line that somebody else understands. Raises ValueError for a dash, a word, or a novel."""
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or " " not in reason:
        raise ValueError("a reason has a few words")
    return reason
