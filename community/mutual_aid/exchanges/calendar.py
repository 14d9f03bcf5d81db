"""Exchanges in one's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from community.mutual_aid.entries import Entry

from .models import Exchange
from .words import State


def entries(person, since: datetime) -> Iterator[Entry]:
    """What two have agreed on and given a time: what, when, and where if they have said it."""
    mine = Exchange.objects.of(person).filter(starts_at__gte=since)
    for exchange in mine.filter(state__in=[State.SCHEDULED, State.DONE, State.CONFIRMED, State.THANKED]):
        yield Entry(
            uid=f"exchange-{exchange.pk}",
            starts_at=exchange.starts_at,
            ends_at=exchange.starts_at + timedelta(minutes=exchange.minutes),
            summary=str(exchange),
            location=exchange.place,
            changed_at=exchange.state_since,
            sequence=exchange.version,
        )
