"""The months and the quarters of which something is added up: only those that are over.

What is added up while time goes on gives people away: the sum of today without that of yesterday is what one of them
did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from babel.dates import format_interval, format_skeleton
from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from portal.ui.languages import locale


@dataclass(frozen=True, order=True)
class Period:
    """Whole months, from the first day of one to the first day of another, which is no longer of it."""

    first: date
    after: date

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        return _midnight(self.after)

    @property
    def code(self) -> str:
        """As an address carries it: "2026-07"."""
        return f"{self.first:%Y-%m}"

    def __str__(self) -> str:
        """In the reader's language: "October 2026", "July–September 2026"."""
        last = _months_later(self.after, -1)
        if last == self.first:
            return format_skeleton("yMMMM", self.first, locale=locale())
        return format_interval(self.first, last, "yMMMM", locale=locale())


def months(count: int) -> list[Period]:
    """The last ones that are over, the oldest first."""
    return _periods(count, 1)


def quarters(count: int) -> list[Period]:
    return _periods(count, 3)


def number_of(moment: str, periods: Sequence[Period]) -> Case:
    """In which of the periods, which follow each other, the moment of a row lies; for rows of the first to the last."""
    lies_in = (When(**{f"{moment}__lt": period.until}, then=Value(n)) for n, period in enumerate(periods))
    return Case(*lies_in, output_field=IntegerField())


def _periods(count: int, length: int) -> list[Period]:
    today = timezone.localdate()
    begun = date(today.year, (today.month - 1) // length * length + 1, 1)
    firsts = [_months_later(begun, -length * back) for back in range(count, 0, -1)]
    return [Period(first, _months_later(first, length)) for first in firsts]


def _months_later(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
