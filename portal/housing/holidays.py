"""The public holidays of Italy, on which a place is closed unless it says that it is not."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Month and day (L. 260/1949 and its changes).
_FIXED = {
    (1, 1): _("New Year's Day"),
    (1, 6): _("Epiphany"),
    (4, 25): _("Liberation Day"),
    (5, 1): _("Labour Day"),
    (6, 2): _("Republic Day"),
    (8, 15): _("Assumption Day"),
    (11, 1): _("All Saints' Day"),
    (12, 8): _("Immaculate Conception"),
    (12, 25): _("Christmas Day"),
    (12, 26): _("Saint Stephen's Day"),
}
_SAINT_FRANCIS = 2026  # again a holiday from this year on (L. 151/2025)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=16)
def holidays(year: int) -> dict[date, str | Promise]:
    """Each with its name, in the language that is active when it is read."""
    found = {date(year, month, day): name for (month, day), name in _FIXED.items()}
    if year >= _SAINT_FRANCIS:
        found[date(year, 10, 4)] = _("Saint Francis' Day")
    sunday = easter(year)
    # Where one falls on another (25 April 2011), the movable one is what people call the day.
    return found | {sunday: _("Easter Sunday"), sunday + timedelta(days=1): _("Easter Monday")}


def is_holiday(day: date) -> bool:
    return day in holidays(day.year)
