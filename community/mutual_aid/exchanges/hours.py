"""What an exchange does in the books of the time bank."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from community.mutual_aid.time_bank.accounts import (
    LimitReached,
    credit_exchange,
    room_between,
)
from community.mutual_aid.time_bank.accounts import take_back as take_back_from_books


class NoRoom(Exception):
    """The limits of an account do not allow it. The message is for whoever tried, in their language.

    It says nothing of the other's account: what somebody has given and used is their own.
    """


def check(exchange, minutes: int) -> None:
    """Raises NoRoom where the books would not take it now."""
    if room_between(exchange.giving_party, exchange.receiving_party) < minutes:
        raise NoRoom(
            _(
                "The hours do not allow this now: one of you two has given or used as much as the time bank lends. "
                "Choose less time, or ask for hours of the common pot: it is there for this."
            )
        )


def book(exchange, minutes: int, *, by: Any, settled: bool = False) -> None:
    """From the receiver's account to the giver's, once for an exchange. Raises NoRoom.

    A settlement that follows a booking has a key of its own, because a key stands for one entry for ever.
    """
    try:
        credit_exchange(
            giver=exchange.giving_party,
            receiver=exchange.receiving_party,
            minutes=minutes,
            key=_key(exchange, settled=settled),
            about=exchange,
        )
    except LimitReached as refusal:
        raise NoRoom(_in_words(exchange, refusal, by)) from None


def take_back(exchange) -> None:
    """The reversal of what `book` wrote when both confirmed."""
    take_back_from_books(key=_key(exchange, settled=False))


def _key(exchange, *, settled: bool) -> str:
    return f"exchange:{exchange.pk}{':settled' if settled else ''}"


def _in_words(exchange, refusal: LimitReached, by: Any) -> str:
    side = exchange.side_of(by)
    mine = exchange.giving_party if side == "giver" else exchange.receiving_party
    if not side or refusal.account.hours_account.holder != mine:
        return _(
            "The hours of the other do not allow this now. Nothing is lost: the coordinator can help, "
            "the common pot is there for it."
        )
    if side == "giver":
        return _(
            "Your account is full of hours. Use some, or give some to the common pot, then confirm again."
        )
    return _(
        "You have used as much as the time bank lends. Ask for hours of the common pot, then confirm again."
    )
