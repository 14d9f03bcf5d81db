from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from community.keys import AlreadySent
from community.languages import spoken_languages
from community.mediation.models import Case, key_of_draft
from community.mediation.words import LINE_LIMIT, PACT, TEXT_LIMIT
from portal.access import limited
from portal.sealing import new_key
from portal.ui.fields import OneLineField, RunningTextField
from portal.ui.words import isolated
from portal.uploads.forms import PhotosForm, VoiceForm
from portal.uploads.models import Enough, Photo, VoiceNote

# Each form with a file has a data key. More than a hundred that come to nothing keep the sweeping of keys from its work
# (portal/sealing/sweeping.py): no single person makes that many in a day.
BEGUN = "20/d"


def _languages() -> list[tuple[str, str]]:
    return [(code, capfirst(name)) for code, name in spoken_languages()]


class AskForm(VoiceForm, PhotosForm):
    """What somebody tells who asks for a mediation: words, a voice note, or both.

    `person` asks; `owner` is whoever holds the phone: the same person, or the caseworker who sits beside them. Until it
    is sent the files are the owner's, and sealed with the key of the person's case that it will be.
    """

    use_required_attribute = False

    told = RunningTextField(
        label=_("What happens?"),
        help_text=_(
            "In your language, as you would tell it to a friend. You can also say it: record it below."
        ),
        required=False,
        rows=6,
        max_length=TEXT_LIMIT,
    )
    with_whom = OneLineField(
        label=_("With whom?"),
        help_text=_("A name, or how you call them: “the family above us”. They do not read this."),
        required=False,
        max_length=LINE_LIMIT,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("In which language do you want to talk?"),
        help_text=_("If the mediator does not speak it, an interpreter comes. It is never a relative."),
        choices=_languages,
    )
    is_safe = forms.BooleanField(
        label=_("Nobody is in danger: nobody is hit, threatened, followed or forced"),
        error_messages={
            "required": _(
                "If this is not so, or you are not sure: no mediation. Others help, and at once: they stand here."
            )
        },
    )
    pact = forms.BooleanField(
        label=PACT,
        help_text=_("Everybody who takes part promises it. Everybody takes part only if they want to."),
        error_messages={"required": _("Without this promise nobody can speak freely. Please tick it.")},
    )

    field_order = (
        "told",
        "voice",
        "voice_words",
        "with_whom",
        "photos",
        "language",
        "is_safe",
        "pact",
    )

    def __init__(self, *args: Any, owner: Any, person: Any = None, **kwargs: Any) -> None:
        self.person = person or owner
        super().__init__(*args, owner=owner, **kwargs)
        self.fields["language"].initial = self.person.language
        if self.person != owner:  # whoever writes promises nothing for somebody else
            for name in ("is_safe", "pact"):
                said = {"name": isolated(str(self.person)), "promise": self.fields[name].label}
                self.fields[name].label = _("%(name)s says: “%(promise)s”") % said
        for name in ("told", "with_whom"):
            self.fields[name].says_optional = False  # either words or a voice: the form says what is missing

    def data_key_for(self, draft: UUID) -> UUID:
        return new_key(key_of_draft(self.person, draft))

    def _keep_files(self, name: str, limit: int) -> list[Any]:
        is_begun = any(kept.exists() for kept in self._all_kept())
        if (
            self.cleaned_data[name].files
            and not is_begun
            and limited(None, "community.mediation.begun", BEGUN, by=self.owner)
        ):
            raise Enough(
                _("You have begun very many forms with files today. Go on without, or come back tomorrow."),
                code="too_many_begun",
            )
        return super()._keep_files(name, limit)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if "voice" in self.errors or told.get("voice"):
            return told
        if "told" not in self.errors and not told.get("told"):
            self.add_error(
                "told",
                ValidationError(_("Write what happens, or say it in a voice note."), code="required"),
            )
        if "with_whom" not in self.errors and not told.get("with_whom"):
            self.add_error("with_whom", ValidationError(_("Write with whom."), code="required"))
        return told

    @property
    def was_sent(self) -> bool:
        """Whether a case has come of this form already."""
        draft = self._draft
        return draft is not None and Case.objects.filter(key=key_of_draft(self.person, draft)).exists()

    def save(self) -> Case:
        """The case, with what came with it. In the caller's transaction; raises what `Case.ask` raises."""
        told, was_sent = self.cleaned_data, self.was_sent
        case = Case.ask(
            by=self.person,
            client_id=told["client_id"],
            told=told["told"],
            with_whom=told["with_whom"],
            language=told["language"],
            helped_by=self.owner if self.owner != self.person else None,
        )
        self._forget_what_was_handed_over(case)
        if was_sent and any(kept.unsent().exists() for kept in self._all_kept()):
            raise AlreadySent(case)  # in the same words, or in none, with something else beside them
        for kind in (Photo, VoiceNote):
            sealed = kind.objects.of_draft(self.owner, case.client_id).unsent().filter(key=case.key)
            sealed.update(owner=self.person)
        self.owner = self.person  # from here on the files are theirs, and closed to whoever sat beside them
        self.claim_photos(case.story)
        self.claim_voice(case.story)
        return case

    def _forget_what_was_handed_over(self, case: Case) -> None:
        """A phone that sends twice has the caseworker keep once more what is the person's already."""
        if self.owner == self.person:
            return
        for kind in (Photo, VoiceNote):
            theirs = kind.objects.of_draft(self.person, case.client_id).values_list("sha256", flat=True)
            kind.objects.of_draft(self.owner, case.client_id).unsent().filter(
                sha256__in=list(theirs)
            ).delete()
