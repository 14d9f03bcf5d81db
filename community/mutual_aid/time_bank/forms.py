from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import HoursField


class HoursForm(forms.Form):
    """How many hours, under the number that the page draws: what a phone sends twice is booked once."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    minutes = HoursField(label=_("How many hours?"), help_text=_("In half-hours: 0.5, 1, 1.5 …"))

    def clean(self):
        """A forged number is drawn anew, so that the person can send it again."""
        told = super().clean()
        if "client_id" in self.errors:
            self.renew_client_id()
        return told

    def renew_client_id(self) -> None:
        self.data = self.data.copy()
        self.data[self.add_prefix("client_id")] = str(uuid4())


class GiftForm(HoursForm):
    prefix = "gift"


class PotForm(HoursForm):
    prefix = "pot"
