"""The questions. Each may be left out; whoever does is told less, and refused nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import words
from .engine import Situation
from .figures import CENTS, Figures

HIGHEST_ISEE = 9_999_999  # euro
MOST_PEOPLE = 20
GROUPED = re.compile(r"\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d{1,2})?")
PLAIN = re.compile(r"\d+(?:[.,]\d{1,2})?")
# Steps and what each asks for, in the order in which they are asked.
STEPS: dict[str, tuple[str, ...]] = {
    "home": ("about", "home"),
    "money": ("isee", "income", "savings"),
    "work": ("work", "strengths"),
    "household": ("people", "minors"),
    "time": ("urgency", "residence"),
}
STEP_NAMES = {
    "home": pgettext_lazy("step of the orientation", "Home"),
    "money": pgettext_lazy("step of the orientation", "Money"),
    "work": pgettext_lazy("step of the orientation", "Work"),
    "household": pgettext_lazy("step of the orientation", "Household"),
    "time": pgettext_lazy("step of the orientation", "Time"),
}
RESULT = "result"
STEP_OF = {name: step for step, names in STEPS.items() for name in names}


class EuroField(forms.CharField):
    """A sum as people write it: 12.500, 12 500,00 €, ١٢٥٠٠. Gives whole cents."""

    default_error_messages = {
        "invalid": _("Write a sum in euro, in figures. For example: 12500"),
        "too_much": _("This is more than we can reckon with. Write a smaller sum, or leave it empty."),
    }

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        text = text.replace("€", "").replace("\N{NO-BREAK SPACE}", " ").replace("٫", ",").replace("٬", ".")
        text = re.sub(r"(?i)\beuro\b", "", text).strip()
        if not text:
            return None
        if not (GROUPED.fullmatch(text) or PLAIN.fullmatch(text)):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        cents = 0
        if match := re.search(r"[.,](\d{1,2})$", text):
            cents = int(match.group(1).ljust(2, "0"))
            text = text[: match.start()]
        digits = re.sub(r"\D", "", text)
        if len(digits) > len(str(HIGHEST_ISEE)):
            raise forms.ValidationError(self.error_messages["too_much"], code="too_much")
        return int(digits) * CENTS + cents


class NumberField(forms.IntegerField):
    """A small number. A plain text box: others lose what somebody typed that is no number."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 6, "size": 6})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if text and not (text.isdecimal() and len(text) <= 6):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


def _people(least: int, **kwargs: Any) -> NumberField:
    return NumberField(
        required=False,
        min_value=least,
        max_value=MOST_PEOPLE,
        error_messages={
            "invalid": _("Write a number, in figures. For example: 3"),
            "min_value": _("Write %(limit_value)d or more."),
            "max_value": _("Write %(limit_value)d at most. If you are more, tell the desk."),
        },
        **kwargs,
    )


def _choice(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=words.QUESTIONS[name],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This is none of the answers. Choose one of them.")},
    )


class OrientationForm(forms.Form):
    about = forms.MultipleChoiceField(
        label=words.QUESTIONS["about"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick whatever is true for you."),
        error_messages={"invalid_choice": _("One of these is not there any more. Look at your ticks again.")},
    )
    home = _choice("home")
    isee = EuroField(
        label=words.QUESTIONS["isee"],
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"}),
        help_text=_("In euro. It stands on the paper from the CAF. You may leave it empty."),
        error_messages={"max_length": EuroField.default_error_messages["too_much"]},
    )
    income = _choice("income")
    savings = _choice("savings")
    work = _choice("work")
    people = _people(1, label=words.QUESTIONS["people"], help_text=_("Count yourself too."))
    minors = _people(0, label=words.QUESTIONS["minors"])
    strengths = forms.MultipleChoiceField(
        label=words.QUESTIONS["strengths"],
        required=False,
        choices=tuple(words.STRENGTHS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick whatever is true. What you do not tick counts for nothing against you."),
        error_messages={"invalid_choice": _("This is none of the answers. Choose one of them.")},
    )
    urgency = _choice("urgency")
    residence = _choice("residence")

    def __init__(self, *args: Any, sections: Mapping[str, str], figures: Figures, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        choices = {
            "home": words.HOMES.items(),
            "income": words.income_bands(figures.income_steps),
            "savings": words.SAVINGS.items(),
            "work": words.WORKS.items(),
            "urgency": words.URGENCIES.items(),
            "residence": words.residence_bands(figures.residence_steps),
        }
        for name, known in choices.items():
            self.fields[name].choices = [*known, ("", words.NOT_SAID)]
        self.fields["about"].choices = list(sections.items())
        if not sections:
            del self.fields["about"]
        for field in self.fields.values():
            field.says_optional = False  # the page says it once for all

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        people, minors = told.get("people"), told.get("minors")
        if people is not None and minors is not None and minors >= people:
            self.add_error(
                "minors",
                _(
                    "You wrote as many children as people, or more. At least one of you is grown up: check both."
                ),
            )
        return told

    def situation(self) -> Situation:
        """What was said; what could not be read counts as not said."""
        told = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        for name in ("about", "strengths"):
            told[name] = frozenset(told.get(name, ()))
        return Situation(**told)

    def carried(self, step: str = "") -> list[tuple[str, str]]:
        """What the other steps were told, for hidden fields: name and value, as it was sent."""
        shown = STEPS.get(step, ())
        return [
            (name, value)
            for name in self.fields
            if name not in shown
            for value in self.data.getlist(name)[: len(words.STRENGTHS) * 4]
            if value
        ]

    def wrong_step(self) -> str:
        """The first step with an answer that cannot be read; empty where all is well."""
        return next((step for step, names in STEPS.items() if set(names) & set(self.errors)), "")


class StepOfForm:
    """As much of the form as one step shows, for the components that list a form's fields and errors."""

    def __init__(self, form: OrientationForm, step: str) -> None:
        self._fields = [form[name] for name in STEPS[step] if name in form.fields]
        self.is_bound = form.is_bound

    def __iter__(self) -> Iterator[forms.BoundField]:
        return iter(self._fields)

    def visible_fields(self) -> list[forms.BoundField]:
        return self._fields

    @property
    def errors(self) -> dict[str, Any]:
        return {field.name: field.errors for field in self._fields if field.errors}

    def non_field_errors(self) -> list[str]:
        return []
