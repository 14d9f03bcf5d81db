"""What shifts know about a person, how long they know it, and how they forget it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal.extensions import years

from .models import Shift, ShiftPlace, ShiftPlan
from .words import PlaceState

RETENTION = years(2)


def export_places(user) -> Iterator[dict]:
    places = ShiftPlace.objects.filter(person=user).select_related("shift__plan", "role")
    for place in places.order_by("shift__starts_at"):
        yield {
            "shift": str(place.shift),
            "day": place.shift.day.isoformat(),
            "task": str(place.role),
            "state": str(place.get_state_display()),
        }


def export_plans(user) -> Iterator[dict]:
    for plan in ShiftPlan.objects.filter(organizer=user).prefetch_related("shifts"):
        yield {
            "name": plan.name,
            "text": plan.text,
            "first_day": plan.first_day.isoformat(),
            "called_off_because": [shift.off_because for shift in plan.shifts.all() if shift.off_because],
        }


@transaction.atomic
def erase_places(user) -> int:
    """Whoever comes no more leaves their place to others; that somebody was there once stays, and not who."""
    places = ShiftPlace.objects.filter(person=user)
    coming = places.held().filter(shift__starts_at__gt=timezone.now())
    given_up = coming.update(state=PlaceState.WITHDRAWN, since=timezone.now(), person=None)
    return given_up + ShiftPlace.objects.filter(person=user).update(person=None)


@transaction.atomic
def erase_plans(user) -> int:
    """The shifts go on: others come to them. Their words are of the work, and stay with it; why one was called off may
    be of whoever did it, and goes."""
    Shift.objects.filter(plan__organizer=user).update(off_because="")
    return ShiftPlan.objects.filter(organizer=user).update(organizer=None)


def expire_shifts(before: datetime) -> int:
    """Shifts of long ago go with their places; what was credited stands in the time bank."""
    _total, by_model = Shift.objects.filter(ends_at__lt=before).delete()
    return by_model.get(ShiftPlace._meta.label, 0)


def expire_plans(before: datetime) -> int:
    """Plans that ended long ago and have no shift left."""
    over = ShiftPlan.objects.filter(last_day__lt=timezone.localdate(before), shifts=None)
    _total, by_model = over.delete()
    return by_model.get(ShiftPlan._meta.label, 0)
