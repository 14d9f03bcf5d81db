"""Fields of forms that several rooms ask with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class RunningTextField(forms.CharField):
    """Words of one's own. A line break counts once, as the browser counts it, though it is sent as two characters."""

    default_error_messages = {
        "max_length": _(
            "This is too long: write %(limit_value)d characters at most. You wrote %(show_value)d."
        )
    }

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "dir": "auto"}))
        super().__init__(**kwargs)
        for validator in self.validators:
            if validator.code == "max_length":
                # Django's own words count in another way than people do.
                validator.message = self.error_messages["max_length"]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No `maxlength`: browsers cut what is pasted without a word. We say how much is too much, and lose nothing."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value: Any) -> str:
        value = super().to_python(value)
        return value.replace("\r\n", "\n") if value else value
