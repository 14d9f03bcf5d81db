"""The days with free times, a few at once, and why the desk stays closed on others among them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .slots import Diary, Slot

DAYS = 4  # shown at once


def listed(diary: Diary, days: list[tuple[date, list[Slot]]], start: int) -> dict[str, Any]:
    """What a page shows of all days, from the one at that place on: `days`, and the first of those before and after.

    `closures` and `holidays` are told on one page each: that on which the last day before them is listed.
    """
    later = days[start + DAYS][0] if len(days) > start + DAYS else None
    first = days[start][0] if start else diary.first
    last = later - timedelta(days=1) if later else diary.last
    return {
        "days": days[start : start + DAYS],
        "earlier": days[max(0, start - DAYS)][0] if start else None,
        "later": later,
        "closures": diary.closures_between(first, last),
        "holidays": diary.holidays_between(first, last),
    }
