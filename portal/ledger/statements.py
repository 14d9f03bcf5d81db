"""What an account's holder is handed: where it stood, what came and went, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from .models import LedgerAccount, LedgerPosting
from .querysets import up_to


@dataclass(frozen=True)
class Line:
    """A posting with its entry fetched, the day on which it counts, and the balance that it leaves in this order."""

    posting: LedgerPosting
    day: date
    balance: int


@dataclass(frozen=True)
class Statement:
    """Amounts and balances in the book's unit; lines by the day on which they count, and within it as booked."""

    opening: int
    lines: list[Line]
    closing: int


def statement(account: LedgerAccount, first: date | None = None, last: date | None = None) -> Statement:
    """Of an account from one day to another, both included; without them, all of it."""
    rows = account.postings.select_related("entry__reverses").order_by("sequence")
    opening = balance = 0
    if first is not None:
        before = first - timedelta(days=1)
        rows = rows.exclude(up_to(before))
        opening = balance = account.balance(before)
    if last is not None:
        rows = rows.filter(up_to(last))
    lines = []
    for row in sorted(rows, key=_day):
        balance += row.amount
        lines.append(Line(row, _day(row), balance))
    return Statement(opening, lines, balance)


def _day(row: LedgerPosting) -> date:
    return row.entry.day or timezone.localdate(row.entry.at)
