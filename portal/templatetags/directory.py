"""Opening hours in words: `{% load directory %}`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.dates import format_date, format_time
from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.pages.directory.hours import days_words, season, times
from portal.ui.languages import locale

register = template.Library()
for function in (days_words, season, times):
    register.filter(function.__name__, function)


@register.simple_tag
def clock(moment: datetime) -> str:
    """What the clock on the wall shows then: "9:00" """
    return format_time(moment, "H:mm", locale=locale())


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
            "day": format_date(state.opens, "EEEE", locale=locale()),
            "time": at,
        }
    return pgettext("a date", "opens on %(day)s at %(time)s") % {
        "day": format_date(state.opens, "d MMMM", locale=locale()),
        "time": at,
    }
