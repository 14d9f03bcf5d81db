"""What conversations know about a person, how long they know it, and how they forget it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from portal.extensions import years
from portal.uploads.privacy import name_of

from .models import Conversation, Message, ReadMark

RETENTION = years(2)


def export_messages(user) -> Iterator[dict]:
    """What the person wrote, wherever; others' words are theirs."""
    for message in _written_by(user).select_related("conversation").prefetch_related("photos", "voice_notes"):
        yield {
            "about": str(message.conversation),
            "sent_at": message.sent_at.isoformat(),
            "text": message.text,
            "edited_at": message.edited_at and message.edited_at.isoformat(),
            "deleted_at": message.deleted_at and message.deleted_at.isoformat(),
            "files": [name_of(file) for file in (*message.photos.all(), *message.voice_notes.all())],
        }


def erase_messages(user) -> int:
    """The words go, the files with them, and the name: that something was said stays, as after deleting it."""
    for message in _written_by(user).filter(deleted_at=None):
        message.forget()
    return Message.objects.filter(author=user).update(author=None)


def expire_messages(before: datetime) -> int:
    """Whole conversations, two years after their last message. Files and marks go with them."""
    _total, by_model = Conversation.objects.quiet_since(before).delete()
    return by_model.get(Message._meta.label, 0)


def _written_by(user) -> QuerySet[Message]:
    return Message.objects.filter(author=user, kind="")


def export_marks(user) -> Iterator[dict]:
    for mark in ReadMark.objects.filter(person=user).select_related("conversation"):
        yield {
            "about": str(mark.conversation),
            "read_up_to": mark.number,
            "muted": mark.is_muted,
        }


def erase_marks(user) -> int:
    deleted, _by_model = ReadMark.objects.filter(person=user).delete()
    return deleted
