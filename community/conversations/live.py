"""Who may watch which conversation, and whose list a message moves."""

from __future__ import annotations

from uuid import UUID

from portal.extensions import LiveTopic

from .models import Conversation, ReadMark


def _may_watch(user, identifier: str) -> bool:
    try:
        key = UUID(identifier)
    except ValueError:
        return False
    if str(key) != identifier:
        return False
    conversation = Conversation.objects.filter(pk=key).first()
    return conversation is not None and user.has_perm("community.view_conversation", conversation)


def _whose(event) -> list[int]:
    marks = ReadMark.objects.filter(conversation=event.data["conversation"])
    return list(marks.values_list("person", flat=True))


TOPICS = (
    LiveTopic(
        key="community.conversation",
        kinds=("community.message.*",),
        identifiers=lambda event: [event.data["conversation"]],
        allows=_may_watch,
    ),
    LiveTopic(
        key="community.conversations",
        kinds=("community.message.*",),
        identifiers=_whose,
        allows=lambda user, identifier: user.is_authenticated and identifier == str(user.pk),
    ),
)
