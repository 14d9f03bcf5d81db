"""Hours of a person's day, where the portal is. What is stored and compared is UTC: a night may have 8 hours or 10."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone


def is_between(hour: int, start: int, end: int) -> bool:
    """Whether an hour lies in those from `start` until `end`, which may pass midnight: 22 to 7."""
    if start < end:
        return start <= hour < end
    return hour >= start or hour < end


def end_of_quiet(now: datetime, start: int, end: int) -> datetime | None:
    """When the quiet hours end that `now` lies in; None outside of them."""
    here = timezone.localtime(now)
    if not is_between(here.hour, start, end):
        return None
    return _at(here.date() if here.hour < end else _day_after(here.date()), end)


def next_at(now: datetime, hour: int) -> datetime:
    """The next time it is that hour of the day."""
    today = timezone.localdate(now)
    at = _at(today, hour)
    return at if at > now else _at(_day_after(today), hour)


def _at(day: date, hour: int) -> datetime:
    """An hour that the clock leaps over is the moment of the leap; of one that comes twice it is the first."""
    return datetime.combine(day, time(hour), timezone.get_default_timezone()).astimezone(UTC)


def _day_after(day: date) -> date:
    return day + timedelta(days=1)
