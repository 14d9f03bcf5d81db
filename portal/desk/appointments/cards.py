"""What appointments show on pages that are not theirs: my home, my day; and figures of the agency."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from portal.desk.models import Desk

from .models import Appointment
from .slots import quarter_of, quarters_of_day
from .workflow import State


def next_appointment(request: HttpRequest) -> dict | None:
    """When and where somebody is expected next."""
    found = Appointment.objects.filter(person=request.user).coming().select_related("desk", "topic").first()
    return {"appointment": found} if found else None


def appointments_today(request: HttpRequest) -> dict | None:
    """For caseworkers: how many come today at which desk, and how many are there."""
    if not request.user.has_perm("portal.keep_appointments"):
        return None
    today = timezone.localdate()
    hours = quarters_of_day(today)
    in_hours = Q(appointments__quarter__gte=hours[0], appointments__quarter__lte=hours[-1])
    of_today = in_hours | Q(appointments__quarter=None, appointments__came_on=today)
    booked, here = (
        Q(appointments__state__in=states) for states in ((State.BOOKED,), (State.ARRIVED, State.QUEUED))
    )
    desks = Desk.objects.annotate(
        to_come=Count("appointments", filter=of_today & booked),
        here=Count("appointments", filter=of_today & here),
    )
    return {"desks": list(desks)}


def served(since: datetime, until: datetime) -> int:
    return _in(since, until).filter(state=State.SERVED).count()


def missed(since: datetime, until: datetime) -> int:
    return _in(since, until).filter(state=State.MISSED).count()


def _in(since: datetime, until: datetime):
    return Appointment.objects.filter(quarter__gte=quarter_of(since), quarter__lt=quarter_of(until))
