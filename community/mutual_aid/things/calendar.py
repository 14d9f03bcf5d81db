"""Loans in one's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from community.mutual_aid.entries import Entry

from .reservations import Reservation


def entries(person, since: datetime) -> Iterator[Entry]:
    """From the day on which a thing is fetched to the one on which it is back, as whole days."""
    mine = Reservation.objects.open().filter(person=person, last_day__gte=timezone.localdate(since))
    for loan in mine.select_related("thing"):
        yield Entry(
            uid=f"loan-{loan.pk}",
            starts_at=loan.first_day,
            ends_at=loan.last_day + timedelta(days=1),
            summary=str(loan.thing),
            changed_at=loan.asked_at,
        )
