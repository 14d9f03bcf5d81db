"""Two shapes of columns that the directory needs: a few codes of a fixed list, a short text in several languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.pages.languages import languages


class CodesField(models.CharField):
    """A list of codes, in the order of their declaration; in the database ",a,b,", so that every database finds one.

    `codes` are the choices. Ask with `having("needs", "food")`.
    """

    description = "Codes of a fixed list"

    def __init__(self, *args: Any, codes: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.codes = tuple(codes)
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, expression, connection) -> list[str]:
        return self.to_python(value)

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, str):
            value = value.split(",")
        chosen = {str(code) for code in value or ()} - {""}
        order = {code: place for place, (code, _label) in enumerate(self.codes)}
        return sorted(chosen, key=lambda code: (order.get(code, len(order)), code))

    def get_prep_value(self, value: Any) -> str | None:
        if value is None or isinstance(value, str):
            return value  # a part that a query looks for
        return f",{','.join(self.to_python(value))}," if value else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(list(self.value_from_object(obj))) or ""

    def validate(self, value: list[str], model_instance: models.Model | None) -> None:
        known = {code for code, _label in self.codes}
        if strange := [code for code in value if code not in known]:
            raise ValidationError(
                _("%(value)s is none of the choices."), code="invalid_choice", params={"value": strange[0]}
            )
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def run_validators(self, value: Any) -> None:
        """Those of a text would measure the list."""

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=self.codes,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=kwargs.get("label", self.verbose_name),
            help_text=kwargs.get("help_text", self.help_text),
        )


def having(field: str, code: str) -> Q:
    """For a `filter()`: the rows whose CodesField holds the code."""
    return Q(**{f"{field}__contains": f",{code},"})


class Said(NamedTuple):
    """A text and the code of its language."""

    text: str
    language: str

    def __bool__(self) -> bool:
        return bool(self.text)


def said(words: dict[str, str] | None) -> Said:
    """What a WordsField holds, in the language that the reader knows best."""
    words = words or {}
    for code in dict.fromkeys([*languages(), *words]):
        if text := words.get(code):
            return Said(text, code)
    return Said("", "")


class WordsWidget(forms.MultiWidget):
    def __init__(self, rows: int = 2) -> None:
        super().__init__(
            {
                code: forms.Textarea(
                    attrs={"rows": rows, "lang": code, "dir": "auto", "placeholder": name, "aria-label": name}
                )
                for code, name in settings.LANGUAGES
            }
        )

    def decompress(self, value: dict[str, str] | None) -> list[str]:
        return [(value or {}).get(code, "") for code, _name in settings.LANGUAGES]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_{settings.LANGUAGE_CODE}" if id_ else id_


class WordsFormField(forms.MultiValueField):
    widget = WordsWidget

    def __init__(self, *, most: int = 1000, **kwargs: Any) -> None:
        fields = [forms.CharField(required=False, max_length=most) for _language in settings.LANGUAGES]
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, values: list[str]) -> dict[str, str]:
        pairs = zip(settings.LANGUAGES, values or [], strict=False)
        return {code: text.strip() for (code, _name), text in pairs if text and text.strip()}


class WordsField(models.JSONField):
    """A short plain text by language: {"it": "…", "en": "…"}. Read it with `said`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> forms.Field:
        return WordsFormField(
            required=False,
            label=kwargs.get("label", self.verbose_name),
            help_text=kwargs.get("help_text", self.help_text),
        )
