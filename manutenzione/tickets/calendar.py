"""When something happens to a ticket, and when a target falls due, in the agency's working days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

# Days of every year on which nobody works in Italy. Easter Monday moves and is computed.
_HOLIDAYS = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """When the step that is being taken happens."""
    return _moment.get() or timezone.now()


@contextmanager
def happening(moment: datetime) -> Iterator[None]:
    """The steps taken in this block happened then: a demo has a past, and tells it with the verbs."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in _HOLIDAYS and day != _easter_monday(day.year)


def later(start: datetime, amount: int, unit: str) -> datetime:
    """`amount` units after `start`. Working days end at the same time of day, on the last of the days counted."""
    if unit == "hours":
        return start + timedelta(hours=amount)
    if unit == "days":
        return start + timedelta(days=amount)
    moment = timezone.localtime(start)
    while amount:
        moment += timedelta(days=1)
        amount -= is_working_day(moment.date())
    return moment


def _easter_monday(year: int) -> date:
    """Gauss's rule in its Gregorian form (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1) + timedelta(days=1)
