from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from community.languages import spoken_languages
from community.mediation.models import Case
from community.mediation.pages.marks import mark_of
from community.mediation.words import PACT, TEXT_LIMIT
from portal.ui.fields import RunningTextField


class WordsForm(forms.Form):
    """Yes to words. The form carries a mark of those that were shown, so that nobody agrees to others."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def agree(self, case: Case, *, by: Any) -> None:
        """Raises what `Case.agree_to_invitation` raises: the words of another mark are not those that stand there."""
        words = case.invitation or ""
        shown = self.cleaned_data["seen"] == mark_of(words)
        case.agree_to_invitation(by=by, text=words if shown else "")


class ObjectionForm(forms.Form):
    """No to words, and what should be different in them. Of those that were shown, as `WordsForm`."""

    use_required_attribute = False

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    objection = RunningTextField(
        label=_("What should be different?"),
        help_text=_("Only whoever coordinates the mediators reads it."),
        max_length=TEXT_LIMIT,
        rows=4,
        error_messages={"required": _("Write what should be different.")},
    )

    def show_now(self, case: Case) -> None:
        """Come back with what was typed, to be sent again by somebody who has read the words that stand there now."""
        if self.is_bound:
            self.data = self.data.copy()
            self.data["seen"] = mark_of(case.invitation)

    def object_to(self, case: Case, *, by: Any) -> None:
        """Raises what `Case.object_to_invitation` raises."""
        words, told = case.invitation or "", self.cleaned_data
        shown = told["seen"] == mark_of(words)
        case.object_to_invitation(by=by, text=words if shown else "", objection=told["objection"])


class AnswerForm(forms.Form):
    """Yes to an invitation: to the mediators who were shown, and to keeping to oneself what is said."""

    mediators = forms.CharField(widget=forms.HiddenInput, required=False)
    language = forms.ChoiceField(
        label=_("In which language do you want to talk?"), choices=spoken_languages, required=False
    )
    needs_interpreter = forms.BooleanField(
        label=_("I need an interpreter"),
        help_text=_("It costs nothing, and it is never a relative."),
        required=False,
    )
    pact = forms.BooleanField(
        label=PACT,
        error_messages={"required": _("Without this promise nobody can speak freely. Tick it to say yes.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].says_optional = self.fields["needs_interpreter"].says_optional = False

    def clean_mediators(self) -> list[UUID]:
        """Those that were shown; nonsense is none of them."""
        try:
            return [UUID(number) for number in self.cleaned_data["mediators"].split()]
        except ValueError:
            return []
