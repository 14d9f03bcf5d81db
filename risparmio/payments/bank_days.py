"""Days on which banks carry out transfers: those of TARGET, the settlement system of the euro."""

from __future__ import annotations

from datetime import date, timedelta

_CLOSED = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})  # (month, day)


def is_bank_day(day: date) -> bool:
    """Neither a weekend, nor New Year, Good Friday, Easter Monday, the first of May, Christmas, the day after."""
    since_easter = (day - easter(day.year)).days
    return day.weekday() < 5 and (day.month, day.day) not in _CLOSED and since_easter not in (-2, 1)


def first_bank_day(since: date) -> date:
    """That day or the next one that is."""
    while not is_bank_day(since):
        since += timedelta(days=1)
    return since


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, left = divmod(century, 4)
    epact = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * left + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
