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
    terms before hold again afterwards (a pause ends)."""

    since: date
    cents: int
    due_day: int
    until: date | None = None

    def hold_in(self, month: date) -> bool:
        return first_of(self.since) <= month and (self.until is None or month <= first_of(self.until))


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


def promised(terms: Iterable[Terms], starts_on: date, ends_on: date) -> list[tuple[date, date, int]]:
    """(month, due, cents) of each month of the agreement. Of terms that hold in the same month the last ones count.

    A month that has no terms has no promise: the due day is its last, the amount 0.
    """
    in_order = list(terms)
    rows = []
    for month in months(starts_on, ends_on):
        holding = next((one for one in reversed(in_order) if one.hold_in(month)), None)
        due = due_in(month, holding.due_day if holding else 31)
        rows.append((month, due, holding.cents if holding else 0))
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
