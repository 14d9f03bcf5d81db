"""When something is open. Rows say on which days of the week, from when to when, and between which dates; some hold in
given weeks of the month only: of the first and third Monday "1" and "3", of the last one "-1".

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
FAR_AHEAD = 100  # the same, where something opens once a month and a holiday may take two of the days
DAY = 24 * 60  # minutes
WEEK = 7 * DAY
LAST = "-1"  # as iCalendar counts: the last one of the month
EVERY = {1, 2, 3, 4, 5}  # Mondays that a month may have


class Hours(Protocol):
    days: list[str]
    weeks: list[str]
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
    for ahead in range(-1, FAR_AHEAD if any(row.weeks for row in rows) else AHEAD):
        day = today + timedelta(days=ahead)
        for row in rows:
            if _is_on(row, day):
                ends = day + timedelta(days=1) if row.closes <= row.opens else day
                yield datetime.combine(day, row.opens), datetime.combine(ends, row.closes)


def _is_on(row: Hours, day: date) -> bool:
    return (
        str(day.weekday()) in row.days
        and _is_in_week(row, day)
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day <= row.valid_to)
        and (row.on_holidays or not is_holiday(day))
    )


def _is_in_week(row: Hours, day: date) -> bool:
    is_last = (day + timedelta(days=7)).month != day.month
    return not row.weeks or str(_which(day)) in row.weeks or (is_last and LAST in row.weeks)


def _which(day: date) -> int:
    """1 on the first Monday of a month, 5 on a fifth one."""
    return (day.day - 1) // 7 + 1


def next_days(row: Hours, today: date) -> list[date]:
    """The days that are near enough to be told, from today on, on which the row holds."""
    days = (today + timedelta(days=ahead) for ahead in range(FAR_AHEAD))
    return [day for day in days if _is_on(row, day)]


def week(rows: Iterable[Hours], today: date | None = None) -> list[tuple[str, list[Hours]]]:
    """The days of the week with the rows of each, as they are now or will be; what is over is left out."""
    today = today or timezone.localdate()
    rows = [row for row in rows if row.valid_to is None or row.valid_to >= today]
    return [
        (str(day), sorted((row for row in rows if str(day) in row.days), key=lambda row: row.opens))
        for day in range(7)
    ]


def meet(one: Hours, other: Hours) -> bool:
    """Whether two rows claim the same minute of the same day, in some month."""
    if one.valid_to and other.valid_from and one.valid_to < other.valid_from:
        return False
    if other.valid_to and one.valid_from and other.valid_to < one.valid_from:
        return False
    return any(
        a < d and c < b and these & those for a, b, these in _minutes(one) for c, d, those in _minutes(other)
    )


def _minutes(row: Hours) -> Iterator[tuple[int, int, set[int]]]:
    """From and to in minutes of a week, and which such days of a month it may be. What goes past midnight is told of
    each day apart, and past Sunday's comes in again on Monday."""
    opens = row.opens.hour * 60 + row.opens.minute
    closes = row.closes.hour * 60 + row.closes.minute
    which = _all_of(row.weeks)
    for day in row.days:
        starts = int(day) * DAY
        if row.closes > row.opens:
            yield starts + opens, starts + closes, which
            continue
        yield starts + opens, starts + DAY, which
        if closes:
            morning = (starts + DAY) % WEEK
            yield morning, morning + closes, _day_after(which)


def _all_of(weeks: list[str]) -> set[int]:
    """The last one is the fourth of a month or the fifth."""
    if not weeks:
        return EVERY
    return {number for week in weeks for number in ((4, 5) if week == LAST else (int(week),))}


def _day_after(which: set[int]) -> set[int]:
    """The morning after the first Sunday is that of the first Monday or of the second; after a last one, a month may
    begin."""
    return EVERY & {number + step for number in which for step in (0, 1)} | ({1} if which & {4, 5} else set())
