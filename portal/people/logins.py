"""What somebody is found by at the door: an e-mail address, or the number of the phone that is theirs alone."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from .phones import normalised

EMAIL, PHONE = "email", "phone"


def identified(text: str) -> tuple[str, str]:
    """("email", "anna@abitare.example") or ("phone", "+390200000101"). Raises ValueError for what is neither."""
    text = text.strip()
    if "@" not in text:
        return PHONE, normalised(text)
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValueError(text) from error
    return EMAIL, text.lower()


class LoginField(forms.CharField):
    """One field for either. Cleaned, it is what `identified` says; with `phones=False` an address alone will do."""

    def __init__(self, *, phones: bool = True, **kwargs):
        self.phones = phones
        label = _("E-mail address or phone number") if phones else _("E-mail address")
        super().__init__(**{"label": label, "max_length": 254, **kwargs})

    def widget_attrs(self, widget):
        # A keyboard with letters and the @, on which digits are a key away.
        return {
            **super().widget_attrs(widget),
            "autocomplete": "username",
            "inputmode": "email",
            "autocapitalize": "none",
            "spellcheck": "false",
            "dir": "ltr",
        }

    def clean(self, value):
        text = super().clean(value)
        try:
            method, login = identified(text)
        except ValueError:
            method, login = "", ""
        if not login or (method == PHONE and not self.phones):
            raise forms.ValidationError(
                _("Write an e-mail address, like name@example.org, or the number of a phone.")
                if self.phones
                else _("Write an e-mail address, like name@example.org."),
                code="invalid",
            )
        return method, login
