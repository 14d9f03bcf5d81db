from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import RunningTextField

from .models import REASON_LENGTH, PageFeedback


class ReasonForm(forms.Form):
    """What was missing helps us to mend it. All of it may be left out."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("If not: what was it?"),
        choices=PageFeedback.Reason.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    text = RunningTextField(
        label=_("Do you want to tell us more?"),
        help_text=_(
            "Write no names, numbers or addresses, neither yours nor others': nobody can answer you here."
        ),
        max_length=REASON_LENGTH,
        required=False,
    )


class FeedbackForm(ReasonForm):
    """Yes or no is enough."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    useful = forms.TypedChoiceField(
        label=_("Was this page useful?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    field_order = ("client_id", "useful", "reason", "text")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_id", uuid.uuid4())
