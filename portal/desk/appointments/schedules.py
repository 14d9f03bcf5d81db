"""What comes round: reminders, offers that nobody answered, closures that were entered in the register."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from .counters import DeskClosure
from .models import Appointment, WaitingPlace, tell_displaced
from .slots import quarter_of, quarters_of_day

FROM_HOUR = 9  # in Rome: nobody is reminded at night


def remind() -> None:
    """The day before, from the morning on; where that was missed, on the day itself."""
    now = timezone.localtime()
    if now.hour < FROM_HOUR:
        return
    until = quarters_of_day(now.date() + timedelta(days=1))[-1]
    due = Appointment.objects.booked().filter(
        reminded_at=None, quarter__gt=quarter_of(now), quarter__lte=until
    )
    for appointment in due.order_by("quarter"):
        appointment.remind()


def pass_offers_on() -> None:
    """Whoever has not answered in time lets it pass; whose last day is over waits no longer."""
    now = timezone.now()
    for place in WaitingPlace.objects.filter(state="offered", offer_until__lt=now):
        place.run_out()
    for place in WaitingPlace.objects.waiting().filter(until__lt=timezone.localdate(now)):
        place.expire()


def tell_closures() -> None:
    """Closures that were entered in the register, and bookings that a closure met meanwhile."""
    for closure in DeskClosure.objects.filter(last_day__gte=timezone.localdate()).select_related("desk"):
        tell_displaced(closure)
