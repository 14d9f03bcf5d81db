"""When the demo's past happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.utils import timezone

DAY = timedelta(days=1)


@contextmanager
def happening(moment: datetime) -> Iterator[None]:
    """In this block it is then, for every verb: most take the time, and those that undo or settle do not. Nobody dates
    a reversal back for real, so that none of them should learn it for the sake of a demo.

    For a command that has the process to itself, as `manage.py demo` does: the clock is the process's.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That time of that day, as the clock in the office shows it."""
    return datetime.combine(day, time(hour, minute), timezone.get_current_timezone())


def working(day: date) -> date:
    """That day, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def next_working(day: date) -> date:
    return working(day + DAY)


def working_before(day: date) -> date:
    """The last one before that day."""
    return day - DAY * {0: 3, 6: 2}.get(day.weekday(), 1)


def last_of(month: date) -> date:
    """The last day of a month, of whichever of its days."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1) - DAY
