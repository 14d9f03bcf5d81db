"""Opening hours in words: `{% load directory %}`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.dates import format_date, format_time
from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.pages.directory.words import WEEKDAYS

register = template.Library()


def _locale() -> str:
    language = get_language() or "it"
    return "en_GB" if language == "en" else language


@register.simple_tag
def clock(moment: datetime) -> str:
    """What the clock on the wall shows then: "9:00" """
    return format_time(moment, "H:mm", locale=_locale())


@register.simple_tag
def opens_words(state: Any) -> str:
    """When a place opens next, as people say it: today, tomorrow, on a day of the week, on a date."""
    at = clock(state.opens)
    if state.opens_today:
        return _("opens today at %(time)s") % {"time": at}
    if state.opens_tomorrow:
        return _("opens tomorrow at %(time)s") % {"time": at}
    if (state.opens.date() - state.now.date()).days < 7:
        return _("opens on %(day)s at %(time)s") % {
            "day": format_date(state.opens, "EEEE", locale=_locale()),
            "time": at,
        }
    return _("opens on %(day)s at %(time)s") % {
        "day": format_date(state.opens, "d MMMM", locale=_locale()),
        "time": at,
    }


@register.simple_tag
def season(row: Any) -> str:
    """Between which dates hours hold."""
    first, last = (
        format_date(day, "d MMMM y", locale=_locale()) if day else ""
        for day in (row.valid_from, row.valid_to)
    )
    if first and last:
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}
    return _("from %(first)s") % {"first": first} if first else _("until %(last)s") % {"last": last}


@register.simple_tag
def days_words(row: Any) -> str:
    """The days of the week that a row is for, in words."""
    names = dict(WEEKDAYS)
    return ", ".join(str(names[day]) for day in row.days)
