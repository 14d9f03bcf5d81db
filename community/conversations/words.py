"""How a conversation is told to whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.safety.barriers import unseen_by
from community.safety.names import first_name, name_for
from portal.extensions import EventKind, find

from .models import Conversation, Message
from .workflow import possible


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message as one reader sees it.

    `happened` says what a note notes. `begins_news`: what stands above was read before. `is_landing`: where nothing is
    new, the page opens at this one.
    """

    message: Message
    author: str
    happened: str = ""
    is_own: bool
    is_blocked: bool
    verbs: list[str]
    begins_news: bool = False
    is_landing: bool = False

    @property
    def is_hidden(self) -> bool:
        """From this reader: by whoever answers for the area, or by a block between the two."""
        return not self.is_own and (self.message.hidden_at is not None or self.is_blocked)


def told(messages: Iterable[Message], reader: Any, *, read: int | None = None) -> list[Told]:
    """For messages `with_all`. `read` is up to where the reader had read before this page; None does not say where
    news begin."""
    messages = list(messages)
    prefetch_related_objects([message for message in messages if message.has_files], "photos", "voice_notes")
    news = [
        message.number
        for message in messages
        if read is not None and message.number > read and message.author_id != reader.pk
    ]
    first_new = news[0] if read and news else None
    return [
        Told(
            message=message,
            author=name_of(message.author, reader),
            happened=_happened(message.kind, _actor(message, reader)) if message.kind else "",
            is_own=not message.kind and message.author_id == reader.pk,
            is_blocked=message.author_id in unseen_by(reader),
            verbs=possible(message.state) if message.author_id == reader.pk and not message.kind else [],
            begins_news=message.number == first_new,
            is_landing=first_new is None and message is messages[-1] and read is not None,
        )
        for message in messages
    ]


def _happened(kind: str, actor: str) -> str:
    """The fact's own sentence, with the name by which the reader knows whoever did it."""
    declared = find(EventKind, kind)
    return declared.sentence % {"actor": actor} if declared else _("Something happened.")


def _actor(message: Message, reader: Any) -> str:
    """Nobody's name between whom a block stands, nor where the thing's own page tells none (`names_known_to`)."""
    author = message.author
    if author is None or author.pk in unseen_by(reader) or not _are_names_known(message.conversation, reader):
        return first_name(None)
    return name_for(author, reader)


def _are_names_known(conversation: Conversation, reader: Any) -> bool:
    ask = getattr(conversation.subject, "names_known_to", None)
    return ask is None or ask(reader)


def name_of(author: Any, reader: Any) -> str:
    if author is None:
        return _("Somebody who has left")
    return pgettext("who wrote a message", "You") if author.pk == reader.pk else name_for(author, reader)


def title_of(conversation: Conversation, reader: Any) -> str:
    """What it is about, as that thing is called for this reader (`title_for`), else as it is called anyway."""
    ask = getattr(conversation.subject, "title_for", None)
    return ask(reader) if ask else str(conversation)


def line_of(conversation: Conversation, reader: Any) -> str:
    """The newest message in a line of a list; the conversation comes `with_last_message`."""
    if conversation.last_deleted_at:
        return _("Message deleted")
    if conversation.last_author_id != reader.pk and (
        conversation.last_hidden_at or conversation.last_author_id in unseen_by(reader)
    ):
        return _("Hidden")
    if conversation.last_kind:
        known = conversation.last_author if _are_names_known(conversation, reader) else None
        return _happened(conversation.last_kind, first_name(known))
    words = " ".join((conversation.last_text or "").split()) or _("Photo or voice note")
    author = pgettext("who wrote a message", "You")
    if conversation.last_author_id != reader.pk:
        # Shorter than in the conversation: the line has no row of the person at hand.
        author = first_name(conversation.last_author or _("Somebody"))
    short = words if len(words) <= 80 else f"{words[:79]}…"
    return _("%(name)s: %(words)s") % {"name": author, "words": short}
