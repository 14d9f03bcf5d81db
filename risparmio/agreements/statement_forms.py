from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.ui.widgets import DayInput

from .models import SavingsAgreement

EARLIEST = date(2000, 1, 1)  # before it somebody has typed a year wrong


def last_month(today: date) -> tuple[date, date]:
    """The last whole one: its first and last day."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


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
    """From a day to a day, both included; left empty, from the beginning and until today. Sent by GET. Where nothing is
    sent, the last whole month, once the agreement has run for so long."""

    use_required_attribute = False

    dal = _DayField(label=_("From the day"))
    al = _DayField(label=_("To the day"))

    @classmethod
    def asked(cls, sent: QueryDict, agreement: SavingsAgreement) -> PeriodForm:
        if "dal" in sent or "al" in sent:
            return cls(sent)
        first, last = last_month(timezone.localdate())
        has_run = agreement.starts_on <= last
        return cls({"dal": first.isoformat(), "al": last.isoformat()} if has_run else {"dal": "", "al": ""})

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        first, last = told.get("dal"), told.get("al")
        if first and last and first > last:
            self.add_error("al", _("The last day comes before the first one."))
        return told
