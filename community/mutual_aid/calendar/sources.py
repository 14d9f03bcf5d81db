"""From which rooms a person's calendar is gathered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from community.mutual_aid.entries import Entry
from community.mutual_aid.exchanges import calendar as exchanges
from community.mutual_aid.gatherings import calendar as gatherings
from community.mutual_aid.shifts import calendar as shifts
from community.mutual_aid.things import calendar as things

SOURCES = (exchanges.entries, shifts.entries, gatherings.entries, things.entries)


def entries_of(person, since: datetime) -> Iterator[Entry]:
    """All that the person has said yes to and that was not over at `since`."""
    for source in SOURCES:
        yield from source(person, since)
