"""A bank's statement of one account, whatever format it came in."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from .errors import DoesNotAddUp


class Format(StrEnum):
    CAMT = "camt"
    MT940 = "mt940"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What was on the account on a day, in cents; negative where it was overdrawn. `is_final`: at the end of that day,
    and not only of a page of a statement."""

    day: date
    cents: int
    is_final: bool = True


@dataclass(frozen=True, kw_only=True)
class Line:
    """One movement: cents with a sign, + came in. What the bank does not say is "" (a day: None).

    `day` is the day of booking. `reference` is the creditor reference, without blanks and in upper case; `code` the
    bank's kind of transaction as its format writes it. `returned`: money of an earlier movement that goes back.
    `several`: payments of several people in one sum, and nobody knows who paid how much.
    """

    day: date
    cents: int
    value_day: date | None = None
    reference: str = ""
    end_to_end: str = ""
    counterparty: str = ""
    counterparty_iban: str = ""
    text: str = ""
    bank_reference: str = ""
    code: str = ""
    returned: bool = False
    several: bool = False


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The lines of an account between two balances. `account` is an IBAN, or the bank's own number where it has none.

    A statement that does not add up cannot be made: raises DoesNotAddUp.
    """

    account: str
    format: Format | None = field(default=None, compare=False)
    currency: str = "EUR"
    identification: str = ""
    opening: Balance | None = None
    closing: Balance | None = None
    lines: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        if self.opening and self.closing:
            difference = self.closing.cents - self.opening.cents - sum(line.cents for line in self.lines)
            if difference:
                raise DoesNotAddUp(difference)


def fingerprints(*statements: Statement) -> list[str]:
    """For each line of a file's statements, in order, the sha256 by which it is one in whatever file tells of it.

    The bank's own reference decides where there is one, else all that the line says. Lines that are alike in it on one
    day are counted, so that two equal deposits are two: a file must contain a day up to some moment, without holes.
    """
    seen: Counter[str] = Counter()
    prints = []
    for statement in statements:
        for line in statement.lines:
            what = json.dumps(_essence(statement.account, line))
            prints.append(hashlib.sha256(f"{what}#{seen[what]}".encode()).hexdigest())
            seen[what] += 1
    return prints


def _essence(account: str, line: Line) -> list[str | int]:
    # Day and cents stand beside the bank's reference because some banks count theirs anew every day, and some give all
    # payments of a batch the same.
    if line.bank_reference:
        return ["bank", account, line.day.isoformat(), line.cents, _bare(line.bank_reference)]
    words = (line.reference, line.end_to_end, line.counterparty_iban, line.text)
    value_day = line.value_day or line.day
    return ["line", account, line.day.isoformat(), value_day.isoformat(), line.cents, *map(_bare, words)]


def _bare(text: str) -> str:
    """Letters and figures alone: formats break lines within words, know no accents, or no small letters."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).upper() if sign.isalnum())
