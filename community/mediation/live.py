"""Who may watch which room, and which case. A socket wakes only; what is new is asked for by HTTP."""

from __future__ import annotations

from uuid import UUID

from portal.extensions import LiveTopic

from .models import Case
from .rooms import Room


def _key(identifier: str) -> UUID | None:
    """The number that an identifier is, written as we write it."""
    try:
        key = UUID(identifier)
    except ValueError:
        return None
    return key if str(key) == identifier else None


def _may_watch_room(user, identifier: str) -> bool:
    key = _key(identifier)
    return key is not None and Room.objects.visible_to(user).filter(pk=key).exists()


def _may_watch_case(user, identifier: str) -> bool:
    key = _key(identifier)
    return key is not None and Case.objects.visible_to(user).filter(pk=key).exists()


# After these somebody may be in a room no more: whoever has it open asks again, and finds it closed.
_CLOSING = ("community.mediation.closed", "community.mediation.left", "community.mediation.mediator_released")


def _rooms(event) -> list[str]:
    if "room" in event.data:
        return [event.data["room"]]
    if event.kind in _CLOSING:
        return [str(key) for key in Room.objects.filter(case=event.object_id).values_list("pk", flat=True)]
    return []


def _cases(event) -> list[str]:
    """What is said in a room moves that room alone: the case's own page would tell the other side that it was."""
    return [] if "room" in event.data else [event.object_id]


TOPICS = (
    LiveTopic(
        key="community.mediation_room",
        kinds=("community.mediation.*",),
        identifiers=_rooms,
        allows=_may_watch_room,
    ),
    LiveTopic(
        key="community.mediation",
        kinds=("community.mediation.*",),
        identifiers=_cases,
        allows=_may_watch_case,
    ),
)
