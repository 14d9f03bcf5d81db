"""Days of the week as one number: a bit a day, Monday is 1, Sunday is 64."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django import forms
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.words import listed

NONE, ALL = 0, 127


def mask_of(days: Iterable[int]) -> int:
    """Of days counted from Monday = 0."""
    return sum(1 << day for day in set(days))


def days_of(mask: int) -> list[int]:
    return [day for day in range(7) if mask & (1 << day)]


def falls_on(day: date, mask: int) -> bool:
    return bool(mask & (1 << day.weekday()))


def in_words(mask: int) -> str:
    """In the reader's language: "every Tuesday, Thursday", "every day"."""
    if mask == ALL:
        return gettext("every day")
    return gettext("every %(days)s") % {"days": listed(WEEKDAYS[day] for day in days_of(mask))}


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Boxes to tick, which give the mask."""

    def __init__(self, **kwargs):
        boxes = forms.CheckboxSelectMultiple(attrs={"class": "weekdays"})
        super().__init__(choices=list(WEEKDAYS_ABBR.items()), coerce=int, widget=boxes, **kwargs)
        self.error_messages["required"] = _("Choose one day at least.")

    def prepare_value(self, value):
        return days_of(value) if isinstance(value, int) else value

    def clean(self, value) -> int:
        return mask_of(super().clean(value))

    def has_changed(self, initial, data) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
