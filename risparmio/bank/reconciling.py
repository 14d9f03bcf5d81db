"""Day by day: what the bank says moved and stood, beside what the book says. A difference is the first thing to see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from risparmio.book.models import BankAccount


@dataclass(frozen=True, kw_only=True)
class Day:
    """Cents. What moved by the bank's lines and by the book's entries; `told` is the balance that a statement tells for
    the end of that day, None where none does; `booked` is the book's."""

    day: date
    bank_moved: int
    book_moved: int
    told: int | None
    booked: int

    @property
    def difference(self) -> int:
        """What the bank has more than the book: of its balance where it tells one, else of what moved."""
        return (self.told - self.booked) if self.told is not None else self.bank_moved - self.book_moved


def days(account: BankAccount, first: date, last: date) -> list[Day]:
    """Each day on which something moved or a statement tells a balance, oldest first."""
    by_bank: dict[date, int] = dict(
        account.lines.filter(day__range=(first, last)).order_by().values_list("day").annotate(Sum("cents"))
    )
    postings = account.ledger.postings.filter(entry__day__range=(first, last)).order_by()
    by_book: dict[date, int] = dict(postings.values_list("entry__day").annotate(Sum("amount")))
    told: dict[date, int] = dict(
        account.statements.filter(closing_day__range=(first, last), closing_cents__isnull=False)
        .order_by("read_at")
        .values_list("closing_day", "closing_cents")
    )
    standing = account.ledger.balance(date.fromordinal(first.toordinal() - 1))
    moved: defaultdict[date, int] = defaultdict(int, by_book)
    rows = []
    for day in sorted(by_bank.keys() | by_book.keys() | told.keys()):
        standing += moved[day]
        rows.append(
            Day(
                day=day,
                bank_moved=by_bank.get(day, 0),
                book_moved=moved[day],
                told=told.get(day),
                booked=standing,
            )
        )
    return rows


def differences(account: BankAccount, first: date, last: date) -> list[Day]:
    return [row for row in days(account, first, last) if row.difference]
