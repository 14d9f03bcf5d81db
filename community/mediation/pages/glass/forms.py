"""Asking to read a case that is not one's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.mediation.glass import AskedNumber, Reason, digits_of
from community.mediation.words import TEXT_LIMIT
from portal.ui.fields import OneLineField, RunningTextField


class GlassForm(forms.Form):
    """Which case, why, and what has happened."""

    use_required_attribute = False

    number = OneLineField(
        label=_("Number of the mediation"),
        help_text=_(
            "Like M-1A2B3C: whoever is in it sees it on its page. If you know more of its digits, from the address of "
            "that page, write more."
        ),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "dir": "ltr"}),
        error_messages={"required": _("Write the number.")},
    )
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a reason."),
            "invalid_choice": _("Choose a reason of the list."),
        },
    )
    words = RunningTextField(
        label=_("What has happened?"),
        help_text=_(
            "The person who has to agree reads this, and nobody else. Write what they need to decide."
        ),
        max_length=TEXT_LIMIT,
        rows=4,
        error_messages={"required": _("Write what has happened.")},
    )

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        if digits_of(number) is None:
            raise ValidationError(_("Write a number like M-1A2B3C."), code="invalid")
        return number

    def ask(self, *, by: Any) -> None:
        told = self.cleaned_data
        AskedNumber.ask(told["number"], by=by, reason=told["reason"], words=told["words"])
