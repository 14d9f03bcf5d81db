from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import RunningTextField
from portal.uploads.forms import PhotosForm

from .models import TEXT_LIMIT, Letter, Thread


class WordsField(RunningTextField):
    """Asked for like any other; whether a photo stands in for words, the form says."""

    def validate(self, value):
        """Empty is not wrong yet."""


class LetterForm(PhotosForm):
    """A letter: words, photos (of a document, mostly), or both."""

    use_required_attribute = False

    text = WordsField(
        label=_("What do you want to tell us?"),
        help_text=_("Write in your language, as you speak."),
        max_length=TEXT_LIMIT,
    )

    field_order = ["text", "photos"]

    def clean(self):
        told = super().clean()
        if not self.errors and not told.get("text") and not told.get("photos"):
            self.add_error("text", ValidationError(_("Write some words, or add a photo."), code="required"))
        return told

    def save(self) -> Letter:
        """The letter, with its photos. In the caller's transaction; raises what `Thread.write` raises."""
        return self._with_photos(
            Thread.write(
                by=self.owner, client_id=self.cleaned_data["client_id"], text=self.cleaned_data["text"]
            )
        )

    def _with_photos(self, letter: Letter) -> Letter:
        self.claim_photos(letter)
        return letter


class SeenField(forms.IntegerField):
    """The last letter that a page showed. A forged one is an old one: who sends it looks at the thread again."""

    def clean(self, value):
        try:
            return super().clean(value) or 0
        except ValidationError:
            return 0


class AnswerForm(LetterForm):
    """The agency's answer; `seen` is the last letter that the page showed."""

    seen = SeenField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62)

    def __init__(self, *args, thread: Thread, **kwargs):
        super().__init__(*args, **kwargs)
        self.thread = thread
        text = self.fields["text"]
        text.label = _("Your answer")
        text.help_text = _("Plain words, in the person's language if you can. Only the person reads it.")

    def save(self) -> Letter:
        told = self.cleaned_data
        return self._with_photos(
            self.thread.answer(
                by=self.owner, client_id=told["client_id"], text=told["text"], seen=told["seen"]
            )
        )

    def going_on(self, seen: int) -> None:
        """What was typed, to be sent again by somebody who has seen what was written meanwhile."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = seen
