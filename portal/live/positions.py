from __future__ import annotations

from collections.abc import Iterable

from .models import LivePosition


def advance(topics: Iterable[str], event_id: int) -> None:
    """Note that an event touched the topics; never backwards, whatever order processes dispatch in."""
    topics = list(topics)
    LivePosition.objects.bulk_create(
        [LivePosition(topic=topic, event_id=event_id) for topic in topics], ignore_conflicts=True
    )
    LivePosition.objects.filter(topic__in=topics, event_id__lt=event_id).update(event_id=event_id)


def position_of(topic: str) -> int:
    """The id of the last event that touched the topic; 0 when none has.

    A page reads it *before* its content (the tag stands above what it wraps, or the view asks first): what happens in
    between makes the page look older than it is, and it is fetched once too often; the other way round, once too seldom.
    """
    return LivePosition.objects.filter(topic=topic).values_list("event_id", flat=True).first() or 0
