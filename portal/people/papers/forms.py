from __future__ import annotations

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.people.codes import CodeField
from portal.people.limits import PAPERS, give_back, too_often

from .models import SignInCode, SignInSheet, digest


class DigitsField(CodeField):
    """Eight digits of a paper, which no phone has received."""

    default_error_messages = {
        "required": forms.Field.default_error_messages["required"],
        "invalid": _("These are eight digits, like 1234-5678. Look at the paper again."),
    }

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "autocomplete": "off"}


class PaperForm(forms.Form):
    """The number of a paper and one of its codes. Known or not, it costs as many queries, and the same is counted."""

    number = DigitsField(label=_("Number of the paper"))
    code = DigitsField(label=_("One of its codes"))

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
