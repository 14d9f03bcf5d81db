"""The agency's figures of tickets, between two moments."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from .models import Ticket


def opened(since: datetime, until: datetime) -> int:
    return Ticket.objects.filter(created_at__gte=since, created_at__lt=until).count()


def minutes_to_first_answer(since: datetime, until: datetime) -> int:
    """The median over what was first answered in that time; 0 when nothing was."""
    answered = Ticket.objects.filter(answered_at__gte=since, answered_at__lt=until)
    minutes = [
        (at - start).total_seconds() / 60 for start, at in answered.values_list("created_at", "answered_at")
    ]
    return round(median(minutes)) if minutes else 0
