"""How far each topic has come. What the socket may lose, these numbers keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from .models import LivePosition

# Longer than any request and any transaction takes, and than two machines' clocks differ.
SETTLED = timedelta(seconds=30)


def advance(topics: Iterable[str], event_id: int) -> dict[str, int]:
    """Move the topics on because of an event, or of several up to that one; returns their new numbers. Call it within a
    transaction.

    Each fact gives a topic a greater number, even one whose id is lower because its transaction took longer: whoever
    saw the other one first would otherwise take this one for old. An event dispatched again is one more look, no harm.
    """
    names = sorted(set(topics))
    # Made first and locked afterwards, both in the order of their names, so that two dispatchers never wait for each
    # other in a ring.
    LivePosition.objects.bulk_create(
        [LivePosition(topic=name, event_id=0) for name in names], ignore_conflicts=True
    )
    theirs = LivePosition.objects.filter(topic__in=names)
    before = theirs.select_for_update().order_by("topic").values_list("topic", "event_id")
    numbers = {topic: max(event_id, number + 1) for topic, number in before}
    theirs.update(event_id=Greatest(F("event_id") + 1, event_id), changed_at=timezone.now())
    return numbers


def positions_of(topics: Collection[str]) -> dict[str, int]:
    """The topics' numbers; 0 where nothing has happened yet."""
    known = dict(LivePosition.objects.filter(topic__in=topics).values_list("topic", "event_id"))
    return {topic: known.get(topic, 0) for topic in topics}


def seen_by_page(topics: Collection[str]) -> dict[str, int]:
    """What a page that is being rendered may claim to have seen of each topic.

    Its content was read some moments before this. A fact that was committed in between is in the number and not in the
    content: the page would show the old and never ask. So a number that moved while the request may have been under way
    is not claimed, but the one before it: at worst the page asks once for what it shows already.
    """
    seen = dict.fromkeys(topics, 0)
    settled = timezone.now() - SETTLED
    for position in LivePosition.objects.filter(topic__in=topics):
        seen[position.topic] = position.event_id - (position.changed_at > settled)
    return seen


def moved_since(moment: datetime) -> dict[str, int]:
    """The numbers of the topics that moved since then, and of some that moved shortly before."""
    moved = LivePosition.objects.filter(changed_at__gt=moment - SETTLED)
    return dict(moved.values_list("topic", "event_id"))
