"""For whom a line of a statement is: found by what it says, with the reason. Pure: no database.

What is certain is booked at once: a valid reference, our own order, an account from which that household was paid for
before. What is only likely (a name, an amount) waits until somebody of the agency has said yes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from risparmio.reference import found_in

T = TypeVar("T")


class Reason(StrEnum):
    """Why a line is somebody's, from the surest on."""

    REFERENCE = "reference"
    ORDER = "order"
    ORDER_AMOUNT = "order_amount"
    RETURNED = "returned"
    CASH = "cash"
    KNOWN_ACCOUNT = "known_account"
    SAME_ACCOUNT = "same_account"
    SUPPORTER = "supporter"
    NAME_AND_AMOUNT = "name_and_amount"
    NAME = "name"
    BY_HAND = "by_hand"


CERTAIN = frozenset(
    (Reason.REFERENCE, Reason.ORDER, Reason.ORDER_AMOUNT, Reason.RETURNED, Reason.CASH, Reason.KNOWN_ACCOUNT)
)

# How banks call cash that somebody has handed in.
_CASH = re.compile(r"\b(contant[ei]|versamento\s+(?:in\s+)?cont|cash\s+deposit|cdpt)\b", re.IGNORECASE)
# Whoever writes one means somebody, even if it has a slip of the pen in it.
_LIKE_A_REFERENCE = re.compile(r"\bRF\s?\d\d", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Saver(Generic[T]):
    """A household as it can be recognised: its reference, its adults' names, what it promised a month (cents), the
    IBANs from which it was paid for before, and the name of an organization that pays for it."""

    of: T
    reference: str
    names: tuple[str, ...] = ()
    cents: int = 0
    ibans: frozenset[str] = frozenset()
    supporter: str = ""


@dataclass(frozen=True, kw_only=True)
class Order(Generic[T]):
    """A payout that the bank was told to make; `cents` above zero. `is_paid`: it has been on a statement."""

    of: T
    end_to_end: str
    cents: int
    iban: str
    is_paid: bool = False


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


class Known(Generic[T]):
    """All that a line can be for. `ended`: references that were given out, and whose households have moved on.

    What a line has used up is told to it (`paid`, `came_back`, `arrived`), so that the next line finds what is left. A
    line is looked up, and never compared with everybody: many lines take as long each as few.
    """

    def __init__(
        self,
        *,
        savers: Iterable[Saver[T]] = (),
        orders: Iterable[Order[T]] = (),
        cash: Iterable[CashOnTheWay[T]] = (),
        ended: Iterable[str] = (),
    ) -> None:
        self.ended = set(ended)
        self._by_reference: dict[str, Saver[T]] = {}
        self._by_iban: defaultdict[str, list[Saver[T]]] = defaultdict(list)
        self._by_word: defaultdict[str, list[Saver[T]]] = defaultdict(list)
        for saver in savers:
            self._by_reference[saver.reference] = saver
            for iban in saver.ibans:
                self._by_iban[iban].append(saver)
            for word in {word for name in (*saver.names, saver.supporter) for word in _words(name)}:
                self._by_word[word].append(saver)
        self._orders = {order.end_to_end: order for order in orders}
        self._waiting: defaultdict[int, dict[str, Order[T]]] = defaultdict(dict)
        for order in self._orders.values():
            if not order.is_paid:
                self._waiting[order.cents][order.end_to_end] = order
        self._cash: defaultdict[int, list[T]] = defaultdict(list)
        for one in cash:
            self._cash[one.cents].append(one.of)

    def saver_of(self, reference: str) -> Saver[T] | None:
        return self._by_reference.get(reference)

    def paid_from(self, iban: str) -> list[Saver[T]]:
        """Those who were paid for from that account; "" is none."""
        return self._by_iban.get(iban, []) if iban else []

    def perhaps_named(self, said: frozenset[str]) -> list[Saver[T]]:
        """Those of whose names, or whose supporter's, at least a word was said, each once."""
        found = (saver for word in said for saver in self._by_word.get(word, ()))
        return list({id(saver): saver for saver in found}.values())

    def orders_named(self, said: Iterable[str]) -> list[Order[T]]:
        return [self._orders[one] for one in dict.fromkeys(said) if one in self._orders]

    def waiting_of(self, cents: int) -> list[Order[T]]:
        """Orders of so much that are on no statement yet."""
        return list(self._waiting.get(cents, {}).values())

    def orders_between(self, least: int, most: int) -> list[T]:
        """What those orders are for that may come back, the last one first: a bank may name a return before anybody
        knows with which line it went out."""
        return [one.of for one in reversed(self._orders.values()) if least <= one.cents <= most]

    def cash_of(self, cents: int) -> list[T]:
        return self._cash.get(cents, [])

    def paid(self, end_to_end: str) -> None:
        """That order is on a statement: it may still come back."""
        order = self._orders[end_to_end]
        self._orders[end_to_end] = replace(order, is_paid=True)
        self._waiting[order.cents].pop(end_to_end, None)

    def came_back(self, end_to_end: str) -> None:
        del self._orders[end_to_end]

    def ends(self, reference: str) -> None:
        """Its household has moved on: what names it has to be looked at."""
        self.ended.add(reference)

    def arrived(self, cash: T, cents: int) -> None:
        self._cash[cents].remove(cash)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a line says of itself; `cents` with its sign: what came in is above zero."""

    cents: int
    reference: str = ""
    end_to_end: str = ""
    name: str = ""
    iban: str = ""
    text: str = ""
    code: str = ""
    returned: bool = False
    several: bool = False

    @property
    def words(self) -> str:
        return f"{self.reference} {self.end_to_end} {self.text}"


def match(known: Known[T], line: Said) -> Match[T] | None:
    """Whose a line is, or None. Two who fit equally well: nobody."""
    if line.several:
        return None
    return _came_in(known, line) if line.cents > 0 else _went_out(known, line)


def _came_in(known: Known[T], line: Said) -> Match[T] | None:
    # Of our own payouts first: what comes back may repeat the words that we wrote, a household's reference among them.
    ours = known.orders_named((line.end_to_end, *line.text.split()))
    if line.returned or ours:
        back = (order.of for order in ours if order.is_paid and order.cents == line.cents)
        return _the_only(back, Reason.RETURNED)
    named = {found for found in (*found_in(line.words), line.reference) if found}
    savers = [saver.of for found in sorted(named) if (saver := known.saver_of(found))]
    # Whoever names one household means it, and whoever names two, or one that has gone, has to be asked.
    if savers or named & known.ended:
        return _the_only(savers, Reason.REFERENCE) if not named & known.ended else None
    if _CASH.search(f"{line.text} {line.code}") and not line.iban:
        return _the_only(known.cash_of(line.cents), Reason.CASH)
    return _by_account(known, line) or _by_supporter(known, line) or _by_name(known, line)


def _went_out(known: Known[T], line: Said) -> Match[T] | None:
    # Whoever names an order means it, and no other of the same amount: one that is paid already is asked about. And
    # what went to another account than was approved is not what was approved, whatever it says.
    if ours := known.orders_named((line.end_to_end, *line.text.split())):
        meant = (
            one.of
            for one in ours
            if not one.is_paid and one.cents == -line.cents and line.iban in ("", one.iban)
        )
        return _the_only(meant, Reason.ORDER)
    alike = (one.of for one in known.waiting_of(-line.cents) if line.iban and one.iban == line.iban)
    return _the_only(alike, Reason.ORDER_AMOUNT)


def _by_account(known: Known[T], line: Said) -> Match[T] | None:
    """From where a household was paid for before. Certain only if it is its own: a parish may pay for another next."""
    of_account = known.paid_from(line.iban)
    said = _words(line.name)
    its_own = [saver.of for saver in of_account if any(_is_named(name, said) for name in saver.names)]
    if its_own and len(of_account) == 1 and not _LIKE_A_REFERENCE.search(line.words):
        return _the_only(its_own, Reason.KNOWN_ACCOUNT)
    return _the_only((saver.of for saver in of_account), Reason.SAME_ACCOUNT)


def _by_supporter(known: Known[T], line: Said) -> Match[T] | None:
    """An organization pays: for one household, or for the one of several whose amount it is. Never certain."""
    said = _words(line.name)
    theirs = [
        saver for saver in known.perhaps_named(said) if (words := _words(saver.supporter)) and words <= said
    ]
    exact = _the_only((saver.of for saver in theirs if saver.cents == line.cents), Reason.SUPPORTER)
    return exact or _the_only((saver.of for saver in theirs), Reason.SUPPORTER)


def _by_name(known: Known[T], line: Said) -> Match[T] | None:
    said = _words(f"{line.name} {line.text}")
    named = [saver for saver in known.perhaps_named(said) if any(_is_named(one, said) for one in saver.names)]
    exact = _the_only((saver.of for saver in named if saver.cents == line.cents), Reason.NAME_AND_AMOUNT)
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
