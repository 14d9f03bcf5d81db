"""Gatherings in one's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from community.mutual_aid.entries import Entry

from .models import Answer, Gathering


def entry_of(gathering: Gathering) -> Entry:
    return Entry(
        uid=f"gathering-{gathering.pk}",
        starts_at=gathering.starts_at,
        ends_at=gathering.ends_at,
        summary=gathering.name,
        location=gathering.place_name,
        changed_at=gathering.cancelled_at or gathering.changed_at,
        is_off=gathering.is_off,
        sequence=gathering.sequence,
    )


def entries(person, since: datetime) -> Iterator[Entry]:
    """Where somebody said that they come."""
    seated = Answer.objects.seated().filter(person=person).values("gathering")
    for gathering in Gathering.objects.filter(pk__in=seated, ends_at__gte=since).with_places():
        yield entry_of(gathering)
