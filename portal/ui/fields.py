"""Fields of forms that several rooms ask with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import ngettext_lazy

from .characters import in_one_line, sayable


class RunningTextField(forms.CharField):
    """Words of one's own. A line break counts once, as the browser counts it, though it is sent as two characters."""

    default_error_messages = {
        "max_length": ngettext_lazy(
            "This is too long: write %(limit_value)d character at most. You wrote %(show_value)d.",
            "This is too long: write %(limit_value)d characters at most. You wrote %(show_value)d.",
            "limit_value",
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
        return sayable(value) if value else value


class OneLineField(forms.CharField):
    """A title or a name, without what no keyboard writes."""

    def to_python(self, value: Any) -> str:
        value = super().to_python(value)
        return in_one_line(value) if value else value


def filled(*parts: Any) -> tuple[bool, list[str]]:
    """What somebody has filled in of forms and formsets that come back to them with errors.

    Returns whether something of it still stands there, and which kinds have to be entered again, because a browser
    gets them back empty: "password", "file". Codes count for neither: nobody minds a wrong one.
    """
    stands, again = False, []
    for form in _forms(parts):
        for field in form.visible_fields():
            kind = _comes_back_empty(field.field.widget)
            if kind == "code":
                continue
            if kind is None:
                stands = stands or bool(field.data and field._has_changed())
            elif field.data and kind not in again:
                again.append(kind)
    return stands, again


def _forms(parts: Iterable[Any]) -> Iterator[forms.BaseForm]:
    for part in parts:
        if isinstance(part, forms.BaseFormSet):
            yield from part.forms
        elif part:
            yield part


def _comes_back_empty(widget: forms.Widget) -> str | None:
    if isinstance(widget, forms.PasswordInput) and not widget.render_value:
        return "password"
    if isinstance(widget, forms.FileInput) and not getattr(widget, "keeps_files", False):
        return "file"
    return "code" if widget.attrs.get("autocomplete") == "one-time-code" else None
