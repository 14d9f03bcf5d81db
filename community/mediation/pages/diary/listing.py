"""Pages of diaries as a room shows them: what its party has shared with the mediators."""

from __future__ import annotations

from typing import Any

from community.mediation.diary import Entry
from community.mediation.rooms import Room


def entries_in(room: Room, user: Any) -> list[Entry]:
    """What was shared in a room and somebody may read, the newest first; for the page rooms/shared.html."""
    return list(Entry.objects.visible_to(user).filter(shared_in=room).with_all())
