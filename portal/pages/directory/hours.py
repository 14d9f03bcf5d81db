"""Opening times in words, in the language that is active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date, get_day_names
from babel.lists import format_list
from django.utils.translation import gettext as _

from portal.ui.languages import locale
from portal.ui.week import Line, from_to
from portal.ui.words import listed

from .words import WEEKS, WEEKS_OF_SUNDAY

if TYPE_CHECKING:
    from .models import OpeningTime

SUNDAY = "6"


@dataclass(frozen=True)
class Day:
    name: str
    lines: list[Line]
    is_today: bool


def day_name(day: str) -> str:
    """Of a code of WEEKDAYS, as it stands within a sentence."""
    return get_day_names("wide", locale=locale())[int(day)]


def day_words(row: OpeningTime, day: str) -> str:
    """ "Monday", or "first and third Monday of the month"."""
    if not row.weeks:
        return day_name(day)
    names = WEEKS_OF_SUNDAY if day == SUNDAY else dict(WEEKS)
    return _("%(which)s %(day)s of the month") % {
        "which": format_list([str(names[week]) for week in row.weeks], locale=locale()),
        "day": day_name(day),
    }


def days_words(row: OpeningTime) -> str:
    """All the days that a row is for."""
    return listed(day_words(row, day) for day in row.days)


def line(row: OpeningTime, day: str) -> Line:
    """What stands beside the name of a day."""
    notes = [
        _("(of the next day)") if row.ends_next_day else "",
        day_words(row, day) if row.weeks else "",
        season(row),
    ]
    return Line(times(row), listed(filter(None, notes)))


def times(row: OpeningTime) -> str:
    return _("day and night") if row.is_all_day else from_to(row.opens, row.closes)


def season(row: OpeningTime) -> str:
    """Between which dates hours hold; nothing where they always do."""
    first, last = (_date(day) for day in (row.valid_from, row.valid_to))
    if first and last:
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else ""


def _date(day: date | None) -> str:
    return format_date(day, "d MMMM y", locale=locale()) if day else ""
