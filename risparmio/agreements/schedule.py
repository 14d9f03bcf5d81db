"""What a household promised to put aside month by month, and how far what it paid covers that. Pure: no database.

Money covers the oldest month first. So somebody who pays two months at once, or late, has every month covered in the
end, and nobody is told of a gap that the next payment has closed. Amounts in cents.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What holds from a month on: an amount a month, due on a day; 0 is a pause. `until`: the last month, where the
    terms before hold again afterwards (a pause ends). `agreed_on`: when both had signed; `named`: the month that was
    agreed, where they hold from a later one."""

    since: date
    cents: int
    due_day: int
    until: date | None = None
    agreed_on: date | None = None
    named: date | None = None

    def hold_in(self, month: date) -> bool:
        return first_of(self.since) <= month and (self.until is None or month <= first_of(self.until))

    def ends_pause(self, pause: Terms) -> bool:
        """Whether they put an end to a pause that was agreed before: only where they name a month of it."""
        return self.until is not None or first_of(self.named or self.since) >= first_of(pause.since)


class Standing(StrEnum):
    """Of a month. There is no word for guilt: what is not there yet is open, or late."""

    PAUSED = "paused"
    COVERED = "covered"
    PARTLY = "partly"
    LATE = "late"
    OPEN = "open"
    AHEAD = "ahead"


@dataclass(frozen=True, kw_only=True)
class Month:
    """`month` is its first day; `paid` is how much of `promised` is covered. `days_late` is 0 where nothing is late."""

    month: date
    due: date
    promised: int
    paid: int
    standing: Standing
    days_late: int = 0

    @property
    def missing(self) -> int:
        return self.promised - self.paid


def first_of(day: date) -> date:
    return day.replace(day=1)


def months(first: date, last: date) -> Iterator[date]:
    """The first day of each month from that of `first` to that of `last`, both included."""
    month, end = first_of(first), first_of(last)
    while month <= end:
        yield month
        month = following(month)


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def due_in(month: date, due_day: int) -> date:
    """That day of the month, or its last one where the month is shorter."""
    return month.replace(day=min(due_day, calendar.monthrange(month.year, month.month)[1]))


def holding(terms: Iterable[Terms], month: date) -> Terms | None:
    """Of terms in the order in which they were agreed, those that hold in a month: the last ones. But a pause stays:
    who agrees on another amount has not given it back."""
    return _holding(terms, month)[-1]


def _holding(terms: Iterable[Terms], month: date) -> tuple[Terms | None, Terms | None]:
    """What held before, and what holds."""
    before = now = None
    for one in terms:
        if one.hold_in(month) and (now is None or now.until is None or one.ends_pause(now)):
            before, now = now, one
    return before, now


def promised(terms: Iterable[Terms], starts_on: date, ends_on: date) -> list[tuple[date, date, int]]:
    """(month, due, cents) of each month of the agreement.

    A month that has no terms has no promise: the due day is its last, the amount 0. Nor has one whose day lies before
    the beginning or after the end. Nobody is late with what was agreed when the day had passed: that may ask for less
    in its month, and not for more nor earlier than what held before.
    """
    in_order = list(terms)
    rows = []
    for month in months(starts_on, ends_on):
        before, now = _holding(in_order, month)
        due, cents = (due_in(month, now.due_day), now.cents) if now else (due_in(month, 31), 0)
        if now and now.agreed_on and due < now.agreed_on:
            due = max(due, due_in(month, before.due_day)) if before else due
            cents = min(cents, before.cents) if before else 0
        if not starts_on <= due <= ends_on and now:
            cents = 0
        rows.append((month, due, cents))
    return rows


def standing(rows: Iterable[tuple[date, date, int]], paid: int, today: date) -> list[Month]:
    """Each promised month with what covers it, given all that the household has paid in so far."""
    left, result = paid, []
    for month, due, cents in rows:
        covered = min(cents, max(left, 0))
        left -= covered
        late = today > due and covered < cents
        result.append(
            Month(
                month=month,
                due=due,
                promised=cents,
                paid=covered,
                standing=_standing(month, cents, covered, late=late, today=today),
                days_late=(today - due).days if late else 0,
            )
        )
    return result


def _standing(month: date, cents: int, covered: int, *, late: bool, today: date) -> Standing:
    if not cents:
        return Standing.PAUSED
    if covered == cents:
        return Standing.COVERED
    if covered:
        return Standing.PARTLY
    if late:
        return Standing.LATE
    return Standing.OPEN if month <= first_of(today) else Standing.AHEAD


def still_due(rows: Iterable[Month], today: date) -> int:
    """Cents whose day has passed and that are not there; on the day itself nothing is missed yet."""
    return sum(row.missing for row in rows if row.due < today)


def next_due(rows: Iterable[Month], today: date) -> Month | None:
    """The first month that is not covered, whether its day has passed or not."""
    return next((row for row in rows if row.missing), None)


def ahead_until(rows: Iterable[Month], today: date) -> date | None:
    """The last month still to come that is covered already, with all before it."""
    return max(
        (row.month for row in rows if row.promised and not row.missing and row.month > today), default=None
    )
