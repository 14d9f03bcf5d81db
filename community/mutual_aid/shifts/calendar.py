"""Shifts in one's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from community.mutual_aid.entries import Entry

from .models import ShiftPlace


def entries(person, since: datetime) -> Iterator[Entry]:
    """The shifts in which somebody has a place."""
    places = ShiftPlace.objects.taken().filter(person=person, shift__ends_at__gte=since)
    for place in places.select_related(
        "role", "shift__plan__area__building", "shift__plan__building", "shift__plan__municipality"
    ):
        shift = place.shift
        yield Entry(
            uid=f"shift-{shift.pk}",
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            summary=f"{shift.plan.name}: {place.role}",
            location=shift.plan.place_name,
            changed_at=max(shift.changed_at, place.since),
            is_off=shift.is_off,
            sequence=shift.sequence,
        )
