"""The trial balance: how each account stood at the end of a day, and whether what lies somewhere is what is owed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from risparmio.book.accounts import (
    AGENCY,
    DIFFERENCES,
    LANDLORD,
    PAYABLE,
    SUSPENSE,
    TRANSIT,
    UNEXPLAINED,
    book_of_money,
)

from .accounts import Name, names_of

# The beginning of the codes of each kind of account, and whether it tells where money lies or whose it is.
_KINDS: tuple[tuple[str, str | Promise, bool], ...] = (
    ("bank-", _("At banks"), True),
    ("till-", _("Cash at desks"), True),
    (TRANSIT, _("Cash on its way to the bank"), True),
    (UNEXPLAINED, _("Taken by a bank, nobody knows why"), True),
    (DIFFERENCES, _("Differences of cash counts"), True),
    ("household-", _("Savings of households"), False),
    (SUSPENSE, _("Came in, nobody knows for whom"), False),
    (AGENCY, _("Money of the agency"), False),
    (PAYABLE, _("Payouts that were ordered"), False),
    (LANDLORD, _("For landlords"), False),
)


@dataclass(frozen=True)
class Line:
    """An account; `cents` as the book keeps it: above zero is a debit, below a credit."""

    code: str
    name: Name
    cents: int

    @property
    def debit(self) -> int:
        return max(self.cents, 0)

    @property
    def credit(self) -> int:
        return max(-self.cents, 0)


@dataclass(frozen=True)
class Group:
    """Accounts of a kind. `lies`: it tells where money lies, as against whose it is."""

    title: str | Promise
    lies: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def debit(self) -> int:
        return max(self.cents, 0)

    @property
    def credit(self) -> int:
        return max(-self.cents, 0)

    @property
    def has_several(self) -> bool:
        return len(self.lines) > 1


@dataclass(frozen=True)
class TrialBalance:
    day: date
    households: Group
    groups: list[Group]

    @property
    def lies(self) -> int:
        """Cents that lie somewhere, with what is missing or too much."""
        return sum(group.cents for group in self.groups if group.lies)

    @property
    def owed(self) -> int:
        """Cents that are somebody's, above zero."""
        return -sum(group.cents for group in self.groups if not group.lies)

    @property
    def is_balanced(self) -> bool:
        return self.lies == self.owed

    def lines(self) -> Iterator[tuple[Group, Line]]:
        for group in self.groups:
            for line in group.lines:
                yield group, line


def trial_balance(day: date) -> TrialBalance:
    """At the end of that day. As many queries for a thousand households as for ten; an account at 0 is left out."""
    book = book_of_money()
    standing = book.accounts.balances(book, day)
    codes = dict(book.accounts.values_list("pk", "code"))
    moved = {codes[pk]: cents for pk, cents in standing.items() if cents}
    names = names_of(moved)
    groups = []
    for begins, title, lies in _KINDS:
        of_kind = [code for code in moved if code.startswith(begins)]
        lines = [Line(code, names[code], moved[code]) for code in of_kind]
        groups.append(
            Group(title, lies, sorted(lines, key=lambda line: (line.name.number or 0, str(line.name.text))))
        )
    households = next(group for group, kind in zip(groups, _KINDS, strict=True) if kind[0] == "household-")
    return TrialBalance(day, households, [group for group in groups if group.lines])
