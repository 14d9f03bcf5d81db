"""What appointments know about a person, with an account or without, how long they know it, and how they forget it.

What was booked without an account is nobody's account: an address or a number proves nothing. A SIM is shared in many
homes (DOMAIN.md, 2), and an ex-partner may have kept the number (THREATS.md, 1 and 2): whoever exports would read where
somebody else can be found, whoever erases would cancel it. Such rows open by their link, the desk looks after them on
request, and they go with their year.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.ui.languages import language_name

from .counters import CounterShift
from .models import Appointment, WaitingPlace
from .slots import quarter_of

RETENTION = timedelta(days=366)  # [rule], DOMAIN.md §4: twelve months


def export_appointments(person: Any) -> Iterator[dict[str, Any]]:
    for row in Appointment.objects.filter(person=person).with_all():
        yield {
            "receipt": row.receipt,
            "starts_at": row.starts_at.isoformat() if row.starts_at else "",
            "desk": row.desk.name,
            "topic": row.topic.name,
            "reason": row.reason,
            "name": row.name,
            "email": row.email,
            "phone": row.phone,
            "language_spoken": row.spoken,
            "wants_interpreter": row.wants_interpreter,
            "state": str(row.get_state_display()),
            "asked_on": row.created_at.isoformat(),
        }
    for row in Appointment.objects.filter(booked_by=person).exclude(person=person):
        # For somebody else, at the desk: that they did, and nothing about the other person.
        yield {"asked_on": row.created_at.isoformat(), "booked_by_you_for_somebody": True}


def said_language(value: str, row: Any, person: Any) -> str:
    return language_name(value)


@transaction.atomic
def erase_appointments(person: Any) -> int:
    """One's own go, and their times with them; of others', nobody is told any more who booked them."""
    gone = Appointment.objects.filter(person=person).delete()[1].get(Appointment._meta.label, 0)
    return gone + Appointment.objects.filter(booked_by=person).update(booked_by=None)


def expire_appointments(before: datetime) -> int:
    """A year after the day; of whoever came without a time, after they came."""
    old = Q(quarter__lt=quarter_of(before)) | Q(quarter=None, came_on__lt=timezone.localdate(before))
    return Appointment.objects.filter(old).delete()[1].get(Appointment._meta.label, 0)


def export_waiting(person: Any) -> Iterator[dict[str, Any]]:
    for row in WaitingPlace.objects.filter(person=person).select_related("desk", "topic"):
        yield {
            "asked_on": row.joined_at.isoformat(),
            "desk": row.desk.name,
            "topic": row.topic.name,
            "reason": row.reason,
            "name": row.name,
            "email": row.email,
            "phone": row.phone,
            "language_spoken": row.spoken,
            "wants_interpreter": row.wants_interpreter,
            "state": str(row.get_state_display()),
        }


@transaction.atomic
def erase_waiting(person: Any) -> int:
    return WaitingPlace.objects.filter(person=person).delete()[1].get(WaitingPlace._meta.label, 0)


def expire_waiting(before: datetime) -> int:
    over = WaitingPlace.objects.filter(ended_at__lt=before)
    return over.delete()[1].get(WaitingPlace._meta.label, 0)


def export_shifts(person: Any) -> Iterator[dict[str, Any]]:
    for row in CounterShift.objects.filter(staff=person).select_related("counter__desk"):
        yield {
            "counter": row.counter.name,
            "desk": row.counter.desk.name,
            "weekday": str(row.get_weekday_display()),
            "languages": " ".join(row.languages),
        }


def erase_shifts(person: Any) -> int:
    return CounterShift.objects.filter(staff=person).update(staff=None)
