from __future__ import annotations

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.people.forms import in_our_digits
from portal.people.limits import PAPERS, give_back, too_often

from .models import DIGITS, SignInCode, SignInSheet, digest


class DigitsField(forms.CharField):
    """Eight digits, in whatever script and however they were spaced."""

    def widget_attrs(self, widget):
        return {
            **super().widget_attrs(widget),
            "inputmode": "numeric",
            "autocomplete": "off",
            "dir": "ltr",
        }

    def clean(self, value):
        text = in_our_digits(super().clean(value))
        digits = "".join(character for character in text if character.isalnum())
        if len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
            raise ValidationError(
                _("These are eight digits, like 1234-5678. Look at the paper again."), code="invalid"
            )
        return digits


class PaperForm(forms.Form):
    """The number of a paper and one of its codes. Known or not, it costs as many queries, and the same is counted."""

    number = DigitsField(label=_("Number of the paper"), max_length=40)
    code = DigitsField(label=_("One of its codes"), max_length=40)

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        number, code = cleaned["number"], cleaned["code"]
        sheet = SignInSheet.objects.numbered(number)
        counters = PAPERS.counters(self.request, number, sheet.person if sheet else get_user_model()())
        if too_often(self.request, counters):
            raise get_adapter().validation_error("too_many_login_attempts")
        # Asked of no sheet as well. Only a code that is there is used up, which takes a write.
        codes = SignInCode.objects.filter(
            sheet_id=sheet.pk if sheet else 0, digest=digest(number, code), used_at=None
        )
        if not codes.exists() or not sheet.open_with(code):
            raise ValidationError(
                _(
                    "This number and this code do not belong together, or the code was used already. "
                    "Look at the paper again."
                ),
                code="incorrect_code",
            )
        give_back(self.request, counters)
        self.person = sheet.person
        return cleaned
