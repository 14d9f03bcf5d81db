"""Hours as people type them, and minutes as we keep them."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .words import LONGEST, SHORTEST, STEP


class HoursField(forms.DecimalField):
    """Hours in half-hour steps, with a comma or a point; cleans to whole minutes."""

    default_error_messages = {
        "required": _("Write how many hours."),
        "invalid": _("Write a number, for example 1 or 1.5."),
        "steps": _("Hours go in half-hours: for example 0.5, 1 or 1.5."),
        "too_few": _("Write half an hour or more."),
        "too_many": _("Write 12 hours or less."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget",
            forms.NumberInput(attrs={"min": "0.5", "max": "12", "step": "0.5", "inputmode": "decimal"}),
        )
        super().__init__(**kwargs)

    def to_python(self, value) -> Decimal | None:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def clean(self, value) -> int | None:
        hours = super().clean(value)
        if hours is None:
            return None
        if hours < Decimal(SHORTEST) / 60:
            raise ValidationError(self.error_messages["too_few"], code="too_few")
        if hours > Decimal(LONGEST) / 60:
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        if hours * 60 % STEP:
            raise ValidationError(self.error_messages["steps"], code="steps")
        return int(hours * 60)
