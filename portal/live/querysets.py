from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import models
from django.utils import timezone

# Longer than any request takes, clocks of several machines included.
SETTLED = timedelta(seconds=30)


class LivePositionQuerySet(models.QuerySet):
    def advance(self, topics: Iterable[str], event_id: int) -> dict[str, int]:
        """Move the topics on because of a fact; returns their new numbers. Call it within a transaction.

        A topic's number grows even where a fact with a higher id came first (its transaction was shorter): otherwise
        whoever saw that one would take this one for old.
        """
        numbers = {}
        # In one order everywhere, so that two dispatchers never wait for each other.
        for topic in sorted(set(topics)):
            position, created = self.select_for_update().get_or_create(
                topic=topic, defaults={"number": event_id}
            )
            if not created:
                position.number = max(event_id, position.number + 1)
                position.save()
            numbers[topic] = position.number
        return numbers

    def numbers(self, topics: Collection[str]) -> dict[str, int]:
        """Where each topic stands; 0 for one that nothing has happened to."""
        found = dict(self.filter(topic__in=topics).values_list("topic", "number"))
        return {topic: found.get(topic, 0) for topic in topics}

    def seen_by_a_page(self, topics: Collection[str]) -> dict[str, int]:
        """What a page that is being rendered may say it has seen.

        The page's content was read some moments before this is asked, so a fact may have come between the two: the
        page would show the old and claim the new, and never ask again. So what moved while a request may have been
        under way is not claimed; at worst such a page asks once for what it shows already.
        """
        seen = dict.fromkeys(topics, 0)
        settled = timezone.now() - SETTLED
        for topic, number, changed_at in self.filter(topic__in=topics).values_list(
            "topic", "number", "changed_at"
        ):
            seen[topic] = number if changed_at < settled else number - 1
        return seen

    def moved_lately(self) -> LivePositionQuerySet:
        return self.filter(changed_at__gt=timezone.now() - SETTLED)
