"""Who may watch what of gatherings."""

from __future__ import annotations

from community.keys import is_key
from portal.extensions import LiveTopic

from .models import Gathering


def _may_watch(user, identifier: str) -> bool:
    return is_key(identifier) and Gathering.objects.visible_to(user).filter(pk=identifier).exists()


TOPICS = (
    LiveTopic(
        key="community.gathering",
        kinds=("community.gathering.*",),
        identifiers=lambda event: [event.object_id],
        allows=_may_watch,
    ),
)
