"""Days as people write them, in the reader's language. A moment is the day that it is, or was, in Rome."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date, format_skeleton
from django.utils import timezone

from .languages import locale


def _day(moment: datetime | date) -> date:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def day(moment: datetime | date) -> str:
    """The day as people write it: "7 ottobre 2027"."""
    return format_date(_day(moment), "long", locale())


def weekday(moment: datetime | date) -> str:
    """The day with its name: "lunedì 23 novembre 2026"."""
    return format_date(_day(moment), "full", locale())


def short_day(moment: datetime | date) -> str:
    """What is near, in few letters: "gio 26 nov"."""
    return format_date(_day(moment), "EEE d MMM", locale())


def month(moment: datetime | date) -> str:
    """The month that it lies in: "ottobre 2027"."""
    return format_skeleton("yMMMM", _day(moment), locale=locale())
