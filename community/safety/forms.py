from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import RunningTextField
from portal.ui.widgets import PictogramSelect

from .models import TEXT_LIMIT
from .words import ICONS, Reason


class AbuseReportForm(forms.Form):
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Reason.choices,
        widget=PictogramSelect(icons=ICONS),
        error_messages={
            "required": _("Choose the picture that fits best."),
            "invalid_choice": _("Choose one of the pictures."),
        },
    )
    text = RunningTextField(
        label=_("What happened?"),
        help_text=_("A few words are enough, in your language."),
        max_length=TEXT_LIMIT,
        rows=4,
        required=False,
    )
    block = forms.BooleanField(
        label=_("I do not want to see this person any more, nor be seen by them"), required=False
    )


class DecisionForm(forms.Form):
    """The reason of a decision; which one it is, the pressed button says."""

    note = RunningTextField(
        label=_("Why?"),
        help_text=_("Whoever reported it reads this, and whose it is. Name nobody."),
        max_length=TEXT_LIMIT,
        rows=3,
        error_messages={"required": _("Write the reason: whoever is concerned reads it.")},
    )
