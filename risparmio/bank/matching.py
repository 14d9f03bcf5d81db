"""For whom a line of a statement is: found by what it says, with the reason. Pure: no database.

What is certain is booked at once: a valid reference, our own order, an account from which that household was paid for
before. What is only likely (a name, an amount) waits until somebody of the agency has said yes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from risparmio.reference import found_in

T = TypeVar("T")


class Reason(StrEnum):
    """Why a line is somebody's, from the surest on."""

    REFERENCE = "reference"
    ORDER = "order"
    ORDER_AMOUNT = "order_amount"
    CASH = "cash"
    KNOWN_ACCOUNT = "known_account"
    NAME_AND_AMOUNT = "name_and_amount"
    NAME = "name"
    BY_HAND = "by_hand"


CERTAIN = frozenset((Reason.REFERENCE, Reason.ORDER, Reason.ORDER_AMOUNT, Reason.CASH, Reason.KNOWN_ACCOUNT))


@dataclass(frozen=True, kw_only=True)
class Saver(Generic[T]):
    """A household as it can be recognised: its reference, its adults' names, what it promised a month (cents), and the
    IBANs from which it was paid for before."""

    of: T
    reference: str
    names: tuple[str, ...] = ()
    cents: int = 0
    ibans: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Order(Generic[T]):
    """A payout that the bank was told to make; `cents` above zero."""

    of: T
    end_to_end: str
    cents: int
    iban: str


@dataclass(frozen=True, kw_only=True)
class CashOnTheWay(Generic[T]):
    """Cash that somebody carries to the bank."""

    of: T
    cents: int


@dataclass(frozen=True)
class Match(Generic[T]):
    of: T
    reason: Reason

    @property
    def is_certain(self) -> bool:
        return self.reason in CERTAIN


@dataclass
class Known(Generic[T]):
    """All that a line can be for."""

    savers: Iterable[Saver[T]] = ()
    orders: Iterable[Order[T]] = ()
    cash: Iterable[CashOnTheWay[T]] = ()
    _by_reference: Mapping[str, Saver[T]] = field(init=False)

    def __post_init__(self) -> None:
        self.savers, self.orders, self.cash = tuple(self.savers), tuple(self.orders), tuple(self.cash)
        self._by_reference = {saver.reference: saver for saver in self.savers}


def match(
    known: Known[T],
    *,
    cents: int,
    reference: str = "",
    end_to_end: str = "",
    name: str = "",
    iban: str = "",
    text: str = "",
) -> Match[T] | None:
    """Whose a line is, or None. `cents` has its sign: what came in is above zero. Two who fit equally well: nobody."""
    if cents > 0:
        return (
            _by_reference(known, f"{reference} {end_to_end} {text}", reference)
            or _the_only((cash.of for cash in known.cash if cash.cents == cents and not iban), Reason.CASH)
            or _by_account(known, iban)
            or _by_name(known, name, text, cents)
        )
    by_order = (order.of for order in known.orders if end_to_end and order.end_to_end == end_to_end)
    alike = (order.of for order in known.orders if order.iban == iban and order.cents == -cents)
    return _the_only(by_order, Reason.ORDER) or _the_only(alike, Reason.ORDER_AMOUNT)


def _by_reference(known: Known[T], said: str, structured: str) -> Match[T] | None:
    """Of one household: a transfer that names two is looked at by somebody."""
    ours = {reference for reference in (*found_in(said), structured) if reference in known._by_reference}
    return _the_only((known._by_reference[reference].of for reference in sorted(ours)), Reason.REFERENCE)


def _by_account(known: Known[T], iban: str) -> Match[T] | None:
    """A parish that pays for several households is nobody's account in particular."""
    return _the_only(
        (saver.of for saver in known.savers if iban and iban in saver.ibans), Reason.KNOWN_ACCOUNT
    )


def _by_name(known: Known[T], name: str, text: str, cents: int) -> Match[T] | None:
    said = _words(f"{name} {text}")
    named = [saver for saver in known.savers if any(_is_named(one, said) for one in saver.names)]
    exact = _the_only((saver.of for saver in named if saver.cents == cents), Reason.NAME_AND_AMOUNT)
    return exact or _the_only((saver.of for saver in named), Reason.NAME)


def _is_named(name: str, said: frozenset[str]) -> bool:
    """All of at least two words of a name, in whatever order banks write them."""
    words = _words(name)
    return len(words) >= 2 and words <= said


def _words(text: str) -> frozenset[str]:
    """Without accents and in small letters, as a bank's machine may have written it."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return frozenset(re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign))))


def _the_only(found: Iterable[T], reason: Reason) -> Match[T] | None:
    several = list(found)
    return Match(several[0], reason) if len(several) == 1 else None
