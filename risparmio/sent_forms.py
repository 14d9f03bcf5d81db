"""Forms of which a phone may send one twice: beside `sent.py`, which says what is the same once more."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SentOnceForm(forms.Form):
    """Carries the number that the page draws, so that what a phone sends twice is one row."""

    client_id = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={
            "required": _("Please send this form again."),
            "invalid": _("Please send this form again."),
        },
    )
    stands: Any = None  # what that number has brought before, with other words
    use_required_attribute = False
