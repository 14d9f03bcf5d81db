from __future__ import annotations

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import OneLineField, RunningTextField

from .models import TEXT_LENGTH, TITLE_LENGTH, Contribution

MOMENT = "%Y-%m-%dT%H:%M"


def _moment(label: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        input_formats=[MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )


class ContributionForm(forms.Form):
    """What an organization proposes. The day is asked for an event alone."""

    use_required_attribute = False

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    title = OneLineField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        help_text=_("What it is about, in a few words."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    text = RunningTextField(
        label=_("Text"),
        max_length=TEXT_LENGTH,
        rows=10,
        help_text=_(
            "In plain words. Whom it is for, what happens, whom to ask. Leave an empty line between paragraphs."
        ),
    )
    starts_at = _moment(_("It starts"))
    ends_at = _moment(_("It ends"))
    place = OneLineField(
        label=_("Place"),
        max_length=120,
        required=False,
        help_text=_("What people call it, and the street. No private addresses."),
    )

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.initial.setdefault("client_id", uuid.uuid4())
        if kind == Contribution.Kind.EVENT:
            for name in ("starts_at", "ends_at", "place"):
                self.fields[name].required = True
        else:
            for name in ("starts_at", "ends_at", "place"):
                del self.fields[name]

    def clean(self):
        told = super().clean()
        starts, ends = told.get("starts_at"), told.get("ends_at")
        if starts and starts <= timezone.now():
            self.add_error("starts_at", _("Choose a day to come."))
        elif starts and ends and ends <= starts:
            self.add_error("ends_at", _("It ends before it starts. Choose a later day or hour."))
        return told


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not? The organization reads this."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
