"""Fields for what people are called and where they are reached."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from .names import seen_length, validate_shown_name


class Uncut:
    """No `maxlength`: browsers cut what is pasted without a word. We say how much is too much, and lose nothing."""

    def widget_attrs(self, widget):
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class NameField(Uncut, forms.CharField):
    """The name that others see: no longer than fits, and nothing in it that turns the writing round."""

    def __init__(self, **kwargs):
        super().__init__(
            **{
                "max_length": 80,
                "validators": [validate_shown_name],
                "widget": forms.TextInput(attrs={"dir": "auto"}),
                **kwargs,
            }
        )
        own = [validator for validator in self.validators if not isinstance(validator, MaxLengthValidator)]
        self.validators = [_Room(self.max_length), *own]


class _Room:
    """No more than fits, told in what people see: to the database a flag is two characters, to them it is one."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, name: str) -> None:
        if len(name) <= self.most:
            return
        seen = seen_length(name)
        if seen > self.most:
            raise ValidationError(
                _("This is too long: %(most)d letters at most. You wrote %(seen)d."),
                code="too_long",
                params={"most": self.most, "seen": seen},
            )
        raise ValidationError(
            _("This is a little too long: flags, and letters with marks, count twice. Take some away."),
            code="too_long",
        )


class AddressField(Uncut, forms.EmailField):
    """An e-mail address as it is kept: in lower case."""

    def __init__(self, **kwargs):
        super().__init__(
            **{
                "label": _("E-mail address"),
                "max_length": 254,
                "error_messages": {
                    "invalid": _("This is no e-mail address. It looks like name@example.org."),
                    "max_length": _("This is too long: %(limit_value)d letters at most."),
                },
                **kwargs,
            }
        )

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "dir": "ltr", "autocomplete": "email"}

    def clean(self, value):
        return super().clean(value).lower()
