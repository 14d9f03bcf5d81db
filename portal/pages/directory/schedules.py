"""When something is open. Rows say on which days of the week, from when to when, and between which dates.

Hours are what a clock on the wall in Italy shows. All is reckoned on that clock, so the nights on which it is changed
need no rule of their own: what opens at nine opens at nine. A row that closes no later than it opens closes on the next
day (22:00 to 02:00); one from midnight to midnight is the whole day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.utils import timezone

from portal.housing.holidays import is_holiday

AHEAD = 21  # days that are looked through for the next opening
DAY = 24 * 60  # minutes
WEEK = 7 * DAY


class Hours(Protocol):
    days: list[str]
    opens: time
    closes: time
    valid_from: date | None
    valid_to: date | None
    on_holidays: bool


@dataclass(frozen=True)
class State:
    """How it stands at a moment; moments are on the wall's clock. `until` is None while nothing ends it."""

    is_open: bool
    until: datetime | None = None
    opens: datetime | None = None
    by_appointment: bool = False
    now: datetime | None = None

    @property
    def is_always_open(self) -> bool:
        return self.is_open and self.until is None

    @property
    def opens_today(self) -> bool:
        return bool(self.opens and self.now and self.opens.date() == self.now.date())

    @property
    def opens_tomorrow(self) -> bool:
        return bool(self.opens and self.now and self.opens.date() == self.now.date() + timedelta(days=1))


def wall_clock(moment: datetime | None = None) -> datetime:
    """What the clock on the wall shows: without a zone, for it is compared with hours on a door."""
    return timezone.localtime(moment).replace(tzinfo=None)


def state(rows: Iterable[Hours], moment: datetime | None = None) -> State:
    rows = list(rows)
    now = wall_clock(moment)
    if not rows:
        return State(False, by_appointment=True, now=now)
    spans = sorted(_spans(rows, now.date()))
    until = None
    for starts, ends in spans:
        if until is None and starts <= now < ends:
            until = ends
        elif until is not None and starts <= until:
            until = max(until, ends)  # goes on without a break
    if until is not None:
        endless = until - now > timedelta(days=7)
        return State(True, until=None if endless else until, now=now)
    return State(False, opens=next((starts for starts, _ends in spans if starts > now), None), now=now)


def _spans(rows: list[Hours], today: date) -> Iterator[tuple[datetime, datetime]]:
    for ahead in range(-1, AHEAD):
        day = today + timedelta(days=ahead)
        for row in rows:
            if _is_on(row, day):
                ends = day + timedelta(days=1) if row.closes <= row.opens else day
                yield datetime.combine(day, row.opens), datetime.combine(ends, row.closes)


def _is_on(row: Hours, day: date) -> bool:
    return (
        str(day.weekday()) in row.days
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day <= row.valid_to)
        and (row.on_holidays or not is_holiday(day))
    )


def week(rows: Iterable[Hours], today: date | None = None) -> list[tuple[str, list[Hours]]]:
    """The days of the week with the rows of each, as they are now or will be; what is over is left out."""
    today = today or timezone.localdate()
    rows = [row for row in rows if row.valid_to is None or row.valid_to >= today]
    return [
        (str(day), sorted((row for row in rows if str(day) in row.days), key=lambda row: row.opens))
        for day in range(7)
    ]


def meet(one: Hours, other: Hours) -> bool:
    """Whether two rows claim the same minute of the same week."""
    if one.valid_to and other.valid_from and one.valid_to < other.valid_from:
        return False
    if other.valid_to and one.valid_from and other.valid_to < one.valid_from:
        return False
    return any(a < d and c < b for a, b in _minutes(one) for c, d in _minutes(other))


def _minutes(row: Hours) -> Iterator[tuple[int, int]]:
    """From and to in minutes of a week; what goes past Sunday's midnight comes in again on Monday."""
    opens = row.opens.hour * 60 + row.opens.minute
    closes = row.closes.hour * 60 + row.closes.minute
    if row.closes <= row.opens:
        closes += DAY
    for day in row.days:
        starts, ends = int(day) * DAY + opens, int(day) * DAY + closes
        yield starts, min(ends, WEEK)
        if ends > WEEK:
            yield 0, ends - WEEK
