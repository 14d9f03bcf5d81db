from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import LONGEST_WAY, UnmetSearch


class AnswerForm(forms.Form):
    """For a search that found nothing: what our pages say instead."""

    words = forms.CharField(
        max_length=UnmetSearch._meta.get_field("words").max_length, widget=forms.HiddenInput
    )
    means = forms.CharField(
        label=_("Our pages say"),
        max_length=LONGEST_WAY,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _("Write the word that our pages use.")},
    )
