from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import RunningTextField

from .models import REASON_LENGTH, PageFeedback


class FeedbackForm(forms.Form):
    """Yes or no is enough; what was missing helps us to mend it."""

    use_required_attribute = False

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    useful = forms.TypedChoiceField(
        label=_("Was this page useful?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    reason = forms.ChoiceField(
        label=_("If not: what was it?"),
        choices=[("", _("I would rather not say")), *PageFeedback.Reason.choices],
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_id", uuid.uuid4())
