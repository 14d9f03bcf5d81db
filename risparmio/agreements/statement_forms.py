from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.ui.widgets import DayInput

EARLIEST = date(2000, 1, 1)  # before it somebody has typed a year wrong


class _DayField(forms.DateField):
    """A day that has come, or nothing."""

    says_optional = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=DayInput(),
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": _("Choose the day in the calendar.")},
            **kwargs,
        )

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and value < EARLIEST:
            raise ValidationError(_("This is very long ago. Is the year right?"), code="early")
        if value is not None and value > timezone.localdate():
            raise ValidationError(
                _("This day is still to come. Choose today or an earlier one."), code="ahead"
            )


class PeriodForm(forms.Form):
    """From a day to a day, both included; left empty, from the beginning and until today. Sent by GET."""

    use_required_attribute = False

    dal = _DayField(label=_("From the day"))
    al = _DayField(label=_("To the day"))

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        first, last = told.get("dal"), told.get("al")
        if first and last and first > last:
            self.add_error("al", _("The last day comes before the first one."))
        return told
