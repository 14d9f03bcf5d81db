from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.mediation.agreements import POINTS, Kept, Point
from community.mediation.words import AGREED_ON, Outcome
from portal.ui.fields import RunningTextField
from portal.ui.languages import language_name
from portal.ui.widgets import DayInput, PictogramSelect

from .reading import Line

POINT_LIMIT = 1000  # characters of a point
NOTE_LIMIT = 2000  # characters that a party adds
FARTHEST = timedelta(days=5 * 366)
ONE_SIDED = "one_sided"  # the error of a text that stayed while another language of its point changed
ROW = "row"  # the field that says which points a form has, in their order
_KEY = re.compile(r"[0-9A-Za-z-]{1,36}")


@dataclass(frozen=True)
class Row:
    """A point of the form: its heading, what is asked of it, and where it stands among the others."""

    key: str
    number: int
    fields: Sequence[forms.BoundField]
    is_last: bool

    @property
    def is_first(self) -> bool:
        return self.number == 1


class AgreementForm(forms.Form):
    """A version as a mediator writes it: points, each in every language of the case, so that everybody reads what they
    accept. A point keeps its number (`keys`) from version to version; one without a word in it is none.

    `before` are the points of the version that it takes the place of: what was changed in one of its languages alone
    says two things, unless whoever writes it says that it does not."""

    use_required_attribute = False

    instead_of = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        keys: Sequence[str],
        languages: Sequence[str],
        people: Mapping[str, str],
        before: Iterable[Point] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.keys, self.languages, self.people = keys, languages, people
        self.before = {point.id: point for point in before}
        for number, key in enumerate(keys, start=1):
            self._ask_about(key, number)

    def _ask_about(self, key: str, number: int) -> None:
        for code in self.languages:
            name = {"number": number, "language": language_name(code)}
            field = self.fields[_what(key, code)] = RunningTextField(
                label=gettext("Point %(number)d in %(language)s") % name,
                required=False,
                max_length=POINT_LIMIT,
                rows=3,
            )
            field.says_optional = False
            field.widget.attrs["lang"] = code
        if key in self.before:
            field = self.fields[_same(key)] = forms.BooleanField(
                label=gettext("Point %(number)d says the same in each language") % {"number": number},
                required=False,
            )
        field = self.fields[f"who-{key}"] = forms.MultipleChoiceField(
            label=gettext("Point %(number)d: who does it?") % {"number": number},
            required=False,
            choices=list(self.people.items()),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _("Choose among those who are in it.")},
        )
        field.says_optional = False
        self.fields[f"by-{key}"] = forms.DateField(
            label=gettext("Point %(number)d: by when?") % {"number": number},
            required=False,
            widget=DayInput,
            error_messages={"invalid": _("Write a day that there is, like 2027-01-31.")},
        )

    def clean(self) -> dict:
        told = super().clean()
        texts = {key: {code: told.get(_what(key, code)) for code in self.languages} for key in self.keys}
        filled = [key for key in self.keys if any(texts[key].values()) or self._has_errors(key)]
        if not filled:
            self.add_error(None, gettext("Write one point at least: what is agreed, and who does it."))
        for key in filled:
            for code, text in texts[key].items():
                if not text and _what(key, code) not in self.errors:
                    self.add_error(
                        _what(key, code),
                        gettext("Write it in this language too: everybody reads what they accept."),
                    )
            if not told.get(f"who-{key}") and f"who-{key}" not in self.errors:
                self.add_error(f"who-{key}", gettext("Say who does it."))
            self._check_languages(key, texts[key])
            self._check_day(key, told.get(f"by-{key}"))
        self.filled = filled
        return told

    def _has_errors(self, key: str) -> bool:
        return any(name.split("-", 1)[1:] == [key] or name.startswith(f"what-{key}-") for name in self.errors)

    def _check_languages(self, key: str, texts: Mapping[str, str | None]) -> None:
        known = self.before.get(key)
        if known is None or self.cleaned_data.get(_same(key)):
            return
        as_before = [code for code, text in texts.items() if text and text == known.what.get(code)]
        if any(text and known.what.get(code) not in (text, None) for code, text in texts.items()):
            words = gettext(
                "You have changed this point in another language only. Read it in this one too. If it still "
                "says the same, tick that below."
            )
            for code in as_before:
                self.add_error(_what(key, code), forms.ValidationError(words, code=ONE_SIDED))

    def _asks_whether_same(self, key: str) -> bool:
        """Where it was changed in one language, or that was answered already."""
        if key not in self.before:
            return False
        one_sided = any(self.has_error(_what(key, code), ONE_SIDED) for code in self.languages)
        return one_sided or bool(self[_same(key)].value())

    def _check_day(self, key: str, day: Any) -> None:
        known = self.before.get(key)
        if day is None or (known and known.by == day):
            return  # a day that was agreed on may have passed meanwhile
        if day < timezone.localdate():
            self.add_error(f"by-{key}", gettext("This day is over. Choose one that is still to come."))
        elif day > timezone.localdate() + FARTHEST:
            self.add_error(f"by-{key}", gettext("Choose a day within five years."))

    def points(self) -> list[Point]:
        """What was written, once it is valid."""
        told = self.cleaned_data
        return [
            Point(
                id=key,
                what={code: told[_what(key, code)] for code in sorted(self.languages)},
                who=tuple(who for who in self.people if who in told[f"who-{key}"]),
                by=told[f"by-{key}"],
            )
            for key in self.filled
        ]

    def rows(self) -> list[Row]:
        return [
            Row(
                key=key,
                number=number,
                fields=[
                    *(self[_what(key, code)] for code in self.languages),
                    *([self[_same(key)]] if self._asks_whether_same(key) else []),
                    self[f"who-{key}"],
                    self[f"by-{key}"],
                ],
                is_last=number == len(self.keys),
            )
            for number, key in enumerate(self.keys, start=1)
        ]

    @property
    def has_room(self) -> bool:
        return len(self.keys) < POINTS

    def stands_at(self, version: int) -> None:
        """Whoever sends it again has seen that version, and puts theirs in its place."""
        self.data = self.data.copy()
        self.data[self.add_prefix("instead_of")] = version


def new_key() -> str:
    return uuid4().hex


def keys_in(data: QueryDict) -> list[str]:
    """The points that a form was sent with, in their order; what is none of ours is left out."""
    keys = [key for key in dict.fromkeys(data.getlist(ROW)) if _KEY.fullmatch(key)]
    return keys[:POINTS]


def initial_of(points: Iterable[Point], people: Mapping[str, str]) -> dict[str, Any]:
    """What the form shows of a version: who has left since does nothing any more."""
    shown: dict[str, Any] = {}
    for point in points:
        shown |= {_what(point.id, code): text for code, text in point.what.items()}
        shown |= {f"who-{point.id}": [who for who in point.who if who in people], f"by-{point.id}": point.by}
    return shown


def as_typed(data: QueryDict) -> dict[str, Any]:
    """What a form was sent with, as it was typed: for one that comes back with its points in another order."""
    return {name: data.getlist(name) if name.startswith("who-") else data[name] for name in data}


def rearranged(keys: Sequence[str], do: str) -> list[str]:
    """The points after a button was pressed: `add`, or `remove`, `up`, `down` with a point's number behind a colon."""
    verb, _colon, key = do.partition(":")
    keys = list(keys)
    if verb == "add" and len(keys) < POINTS:
        return [*keys, new_key()]
    if key not in keys:
        return keys
    place = keys.index(key)
    keys.remove(key)
    if verb != "remove":
        keys.insert(max(place + {"up": -1, "down": 1}.get(verb, 0), 0), key)
    return keys


def _what(key: str, language: str) -> str:
    return f"what-{key}-{language}"


def _same(key: str) -> str:
    return f"same-{key}"


class AcceptForm(forms.Form):
    """Which version was read, and which points that were."""

    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


class FinishForm(forms.Form):
    """How a mediation ends that has come to an agreement."""

    use_required_attribute = False

    outcome = forms.ChoiceField(
        label=_("How does it end?"),
        choices=[(outcome, Outcome(outcome).label) for outcome in AGREED_ON],
        widget=PictogramSelect(icons={Outcome.AGREEMENT: "handshake", Outcome.PARTIAL: "list-checks"}),
        error_messages={"required": _("Choose the picture that fits best.")},
    )


class FollowUpForm(forms.Form):
    """Of each point whether it is kept, in pictures; and a note for the mediators, if one likes."""

    use_required_attribute = False

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"kept-{line.id}"] = forms.ChoiceField(
                label=format_html(
                    '{}. <span lang="{}" dir="auto">{}</span>',
                    line.number,
                    line.what.language,
                    line.what.text,
                ),
                choices=Kept.choices,
                widget=PictogramSelect(icons={kept: kept.icon for kept in Kept}),
                error_messages={"required": _("Choose the picture that fits best.")},
            )
        self.fields["note"] = RunningTextField(
            label=_("Is there something that the mediators should know?"),
            help_text=_("Only the mediators read it, and nobody else."),
            required=False,
            max_length=NOTE_LIMIT,
            rows=4,
        )

    @property
    def kept(self) -> dict[str, str]:
        return {line.id: self.cleaned_data[f"kept-{line.id}"] for line in self.lines}
