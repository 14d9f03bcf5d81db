"""What the formats have in common: amounts, references, account numbers and running text, each written in one way."""

from __future__ import annotations

import re

from stdnum import iban

from .errors import NotAnAmount

# Longer ones are cut. A bank's formats know no longer ones, and a column of a database has an end.
CODE_LIMIT, NAME_LIMIT, TEXT_LIMIT = 35, 140, 1000

# Twelve figures of euro: no account holds more, and every database's integer holds its cents.
_PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?")
# What banks write where there is no reference.
_NO_REFERENCE = {"NONREF", "NOTPROVIDED", "NOT PROVIDED"}
_WORD = re.compile(r"[A-Z0-9]+")


def cents(text: str, *, row: int | None = None) -> int:
    """Of "12", "12.5" or "12.50", and of nothing else. Never negative: the formats have marks of their own for that."""
    if not _PLAIN.fullmatch(text):
        raise NotAnAmount(amount=text, row=row)
    euro, _, fraction = text.partition(".")
    return int(euro) * 100 + int(fraction.ljust(2, "0"))


def tidy(text: str | None, limit: int = TEXT_LIMIT) -> str:
    """One line without doubled blanks and without signs that nobody sees (a database refuses some)."""
    visible = "".join(sign if sign.isprintable() else " " for sign in text or "")
    return " ".join(visible.split())[:limit].rstrip()


def reference_of(text: str | None) -> str:
    """A creditor reference, or what stands for one, as everybody compares it: no blanks, upper case."""
    return "".join(tidy(text).upper().split())[:CODE_LIMIT]


def identifier_of(text: str | None) -> str:
    """An end-to-end identification or a bank's reference; "" where the bank writes that there is none."""
    identifier = tidy(text, CODE_LIMIT)
    return "" if identifier.upper() in _NO_REFERENCE or not identifier.strip("0") else identifier


def iban_of(text: str | None) -> str:
    return "".join(_WORD.findall(tidy(text).upper()))[:34]


def account_of(text: str | None) -> str:
    """An IBAN wherever one stands in it ("BIC/IBAN", "IBAN EUR"), else the bank's own number without blanks."""
    whole = "".join(tidy(text).upper().split())
    for part in [whole, *whole.split("/")]:
        for candidate in (part, part.removesuffix("EUR")):
            if iban.is_valid(candidate):
                return iban_of(candidate)
    return whole[:CODE_LIMIT]
