"""Phone numbers, as people write them and as they are kept: +390200000101 (E.164)."""

from __future__ import annotations

import phonenumbers
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


def normalised(text: str) -> str:
    """The number in the form of E.164. One without a country is one of PORTAL_COUNTRY. Raises ValueError."""
    # phonenumbers would dial them, as the keys of an old phone do: whoever types words means no number.
    if any(character.isalpha() for character in text):
        raise ValueError(text)
    try:
        number = phonenumbers.parse(text, settings.PORTAL_COUNTRY)
    except phonenumbers.NumberParseException as error:
        raise ValueError(text) from error
    # Possible, not valid: the demo's numbers are those that are given to nobody.
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise ValueError(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable(number: str) -> str:
    """As it is written on paper: without the country at home, with it abroad. What is no number stays as it is."""
    try:
        parsed = phonenumbers.parse(number, settings.PORTAL_COUNTRY)
    except phonenumbers.NumberParseException:
        return number
    at_home = phonenumbers.region_code_for_country_code(parsed.country_code) == settings.PORTAL_COUNTRY
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, form)


class PhoneField(forms.CharField):
    """A number as somebody writes it, in whatever digits; cleaned, it is E.164, or "" where it may be left out."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _(
            "This is no phone number. Write it as you would dial it; from abroad with + and the country."
        )
    }

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 40, "label": _("Phone number"), **kwargs})

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "type": "tel", "autocomplete": "tel", "dir": "ltr"}

    def clean(self, value):
        text = super().clean(value)
        try:
            return normalised(text) if text else ""
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
