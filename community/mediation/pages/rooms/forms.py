"""What is said in a room, and what is said of it in the room of all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from community.conversations.forms import MessageForm
from community.mediation.rooms import Room, Word
from community.mediation.words import TEXT_LIMIT
from portal.ui.fields import RunningTextField


class WordForm(MessageForm):
    """Words, photos, a voice note, all of them sealed with the case's key. `reads` says who will read it."""

    def __init__(self, *args: Any, room: Room, reads: str, **kwargs: Any) -> None:
        self.room = room
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = reads

    def data_key_for(self, draft: UUID) -> UUID:
        return self.room.case.key

    def say(self) -> Word:
        """What was said, with what came with it. In the caller's transaction; raises what `Room.say` raises."""
        told = self.cleaned_data
        word = self.room.say(by=self.owner, client_id=told["client_id"], text=told["text"])
        self.claim_photos(word)
        self.claim_voice(word)
        return word


class CarryForm(forms.Form):
    """The words that everybody will read, by their author."""

    use_required_attribute = False

    text = RunningTextField(
        label=_("What everybody reads"),
        help_text=_("Change it as you like. Only these words are said to all."),
        max_length=TEXT_LIMIT,
        rows=6,
        error_messages={"required": _("Write the words that everybody may read.")},
    )
