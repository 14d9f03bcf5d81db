from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from community.languages import spoken_languages
from community.mediation.models import Case, Party
from community.mediation.pages.marks import mark_of
from community.mediation.words import TEXT_LIMIT, Side
from community.mediation.workflow import written_meanwhile
from portal.ui.fields import OneLineField, RunningTextField
from portal.ui.words import isolated


class RewritingForm(forms.Form):
    """A text that several people may change: it carries a mark of the text that was seen, and never covers another."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    text = RunningTextField(max_length=TEXT_LIMIT)

    def __init__(self, *args: Any, now: str | None, **kwargs: Any) -> None:
        """`now` is what stands there."""
        self.now = now or ""
        kwargs["initial"] = {"text": self.now, "seen": mark_of(self.now), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def rewrite(self, verb: Callable[..., None], *, by: Any) -> None:
        """Have the verb write it. Raises Overtaken where another text than the one that was seen stands there."""
        told = self.cleaned_data
        if told["seen"] != mark_of(self.now) and told["text"] != self.now:
            raise written_meanwhile()
        verb(by=by, text=told["text"], seen=self.now)

    def show_now(self, now: str | None) -> None:
        """Come back with all that was typed, to be sent again by somebody who has read what stands there now."""
        self.now = now or ""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = mark_of(self.now)


class NotesForm(RewritingForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        self.fields["text"].label = _("Your notes")
        self.fields["text"].says_optional = False
        self.fields["text"].help_text = _(
            "What you have understood on the phone, whether an interpreter comes. Only those who coordinate read it, "
            "and only until the talks begin."
        )


class InvitationForm(RewritingForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What the invitation says")
        self.fields["text"].widget.attrs["rows"] = 10
        self.fields["text"].help_text = _(
            "Write it in the languages that they read. It accuses nobody and tells nothing of what was told."
        )


class FindForm(forms.Form):
    """By name. It is sent, not asked for in an address: no log keeps whom somebody looked for."""

    q = OneLineField(
        label=_("Name of the person"),
        min_length=2,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _("Write a name, or part of it.")},
    )


class PartyForm(forms.Form):
    """Somebody of those found, on which side, and in which language they want to talk."""

    person = forms.TypedChoiceField(
        label=_("Who it is"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose a person from the list."),
        },
    )
    side = forms.ChoiceField(label=_("On which side"), widget=forms.RadioSelect, initial=Side.OTHER)
    language = forms.ChoiceField(label=_("Language in which they want to talk"), required=False)

    def __init__(
        self, *args: Any, found: list[Any], notes: dict[Any, str], asking: Any, **kwargs: Any
    ) -> None:
        """`notes` tell people of one name apart; `asking` is whoever asked."""
        super().__init__(*args, **kwargs)
        self.found = {person.pk: person for person in found}
        self.fields["person"].choices = [
            (
                person.pk,
                render_to_string(
                    "community/mediation/intake/found.html",
                    {"person": person, "note": notes.get(person.pk, "")},
                ),
            )
            for person in found
        ]
        self.fields["side"].choices = [
            (Side.OTHER, _("The other side")),
            (Side.FIRST, _("With %(name)s, who asked") % {"name": isolated(str(asking))}),
        ]
        self.fields["language"].choices = [
            ("", _("the one in which they use the portal")),
            *spoken_languages(),
        ]
        self.fields["language"].says_optional = False

    def add_to(self, case: Case, *, by: Any) -> Party:
        """Raises what `Case.add_party` raises."""
        person = self.found[self.cleaned_data["person"]]
        language = self.cleaned_data["language"] or person.language
        return case.add_party(by=by, person=person, side=self.cleaned_data["side"], language=language)


class LanguageForm(forms.Form):
    """What somebody speaks best, and whether somebody has to interpret."""

    language = forms.ChoiceField(label=_("Language in which they want to talk"), choices=spoken_languages)
    needs_interpreter = forms.BooleanField(
        label=_("An interpreter has to come"),
        help_text=_("Never a relative, a neighbour or a friend of anybody in it."),
        required=False,
    )
