"""What an open page watches of the inbox: how much is new there, and that nobody watches another's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .models import Notification


def unread_count(user: Any) -> int:
    return Notification.objects.inbox_of(user).unread().count()


def inboxes_of(event: Any) -> Iterator[int]:
    """Whose inbox an event reached: the notifications' sink has been before (its `order` says so)."""
    return (
        Notification.objects.filter(event=event, channel="inbox")
        .values_list("person_id", flat=True)
        .iterator()
    )


def is_own_inbox(user: Any, identifier: str) -> bool:
    return identifier == str(user.pk)
