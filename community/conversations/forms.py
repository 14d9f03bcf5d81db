from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import RunningTextField
from portal.uploads.forms import PhotosForm, VoiceForm

from .models import TEXT_LIMIT, Conversation, Message


class WordsField(RunningTextField):
    """Asked for like any other; whether a photo or a voice note stands in for words, the form says."""

    def validate(self, value):
        """Empty is not wrong yet."""


class MessageForm(VoiceForm, PhotosForm):
    """A message: words, photos, a voice note, or all of them."""

    use_required_attribute = False

    text = WordsField(label=_("Your message"), max_length=TEXT_LIMIT, rows=3)

    field_order = ["text", "photos", "voice", "voice_words"]

    def clean(self):
        told = super().clean()
        if not self.errors and not (told.get("text") or told.get("photos") or told.get("voice")):
            self.add_error(
                "text",
                ValidationError(_("Write some words, or add a photo or a voice note."), code="required"),
            )
        return told

    def save(self, conversation: Conversation) -> Message:
        """The message, with what came with it. In the caller's transaction; raises what `Conversation.say` raises."""
        told = self.cleaned_data
        message = conversation.say(by=self.owner, client_id=told["client_id"], text=told["text"])
        if not message.deleted_at:
            self.claim_photos(message)
            self.claim_voice(message)
        return message

    @property
    def has_more_open(self) -> bool:
        """Whether what is folded has something in it, or something wrong with it."""
        names = ("photos", "voice", "voice_words")
        kept = any(self.fields[name].widget.kept for name in ("photos", "voice"))
        return kept or any(name in self.errors for name in names) or bool(self["voice_words"].value())


class EditForm(forms.Form):
    """Other words for a message that is fresh."""

    use_required_attribute = False

    text = RunningTextField(
        label=_("Your message"),
        max_length=TEXT_LIMIT,
        rows=4,
        error_messages={"required": _("Write some words, or delete the message.")},
    )
