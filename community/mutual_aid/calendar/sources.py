"""From which rooms a person's calendar is gathered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from community.mutual_aid.entries import Entry
from community.mutual_aid.gatherings import calendar as gatherings
from community.mutual_aid.shifts import calendar as shifts

SOURCES = (shifts.entries, gatherings.entries)


def entries_of(person, since: datetime) -> Iterator[Entry]:
    """All that the person has said yes to and that was not over at `since`."""
    for source in SOURCES:
        yield from source(person, since)
