"""What an organization may write about its entry: plain words."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import RunningTextField

from .models import OPEN_TO_CORRECTION, ResourcePage

MOST = 2000  # characters


# Marks and scripts are refused, not cleaned: whoever wrote them sees what would have been lost.
words_only = RegexValidator(
    r"[<>]",
    inverse_match=True,
    code="words_only",
    message=_("Write plain words: the signs < and > cannot stand here."),
)


class PlainField(RunningTextField):
    default_validators = (words_only,)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": MOST, "required": False, **kwargs})


class CorrectionForm(forms.Form):
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    search_description = PlainField(
        label=_("What you offer, in one or two sentences"),
        rows=3,
        required=True,
        max_length=300,
        error_messages={"required": _("Write in a sentence what you offer.")},
    )
    who = PlainField(label=_("Who it is for"), rows=3)
    how = PlainField(label=_("How one asks for it"), rows=3)
    cost_note = PlainField(label=_("What it costs, in words"), rows=2, max_length=250)
    documents = PlainField(label=_("What to bring"), rows=4, help_text=_("One thing a line."))
    note = PlainField(
        label=_("What else has changed?"),
        help_text=_("Opening times, telephone, address, languages: write it as it is now."),
        rows=5,
    )

    def __init__(self, data: Any = None, *, page: ResourcePage) -> None:
        self.page = page
        now = {name: getattr(page, name) for name in OPEN_TO_CORRECTION}
        super().__init__(data, initial=now)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned["note"] and not self.changed:
            raise forms.ValidationError(
                _("You changed nothing yet. If all of it is right, go back and say so with one press.")
            )
        return cleaned

    @property
    def changed(self) -> dict[str, str]:
        """The texts that are other words than before."""
        return {
            name: self.cleaned_data[name]
            for name in OPEN_TO_CORRECTION
            if self.cleaned_data[name] != _plain(getattr(self.page, name))
        }


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
