from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .rules import keeps_appointments
from .slots import quarter_of, quarters_of_day
from .workflow import OPEN, State


class OfContactQuerySet(models.QuerySet):
    """Rows that carry the address and the number of whoever asked, who may have no account."""

    def of_contact(self, email: str, phone: str) -> OfContactQuerySet:
        """Those that were made with one of the two."""
        same = Q()
        if email:
            same |= Q(email__iexact=email)
        if phone:
            same |= Q(phone=phone)
        return self.filter(same) if same else self.none()


class AppointmentQuerySet(OfContactQuerySet):
    def visible_to(self, user) -> AppointmentQuerySet:
        """Whoever comes, and who works at the desks; agrees with the rule `portal.view_appointment`.

        Nobody else of the household, whoever may act for them, nor any other role: place and time of an appointment
        are where somebody can be found (THREATS.md, 1 and 5).
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if keeps_appointments(user) else self.filter(person=user)

    def open(self) -> AppointmentQuerySet:
        """Somebody still comes, or is there."""
        return self.filter(state__in=OPEN)

    def booked(self) -> AppointmentQuerySet:
        return self.filter(state=State.BOOKED)

    def coming(self, now: datetime | None = None) -> AppointmentQuerySet:
        """Booked and not over, the next first."""
        return (
            self.booked().filter(quarter__gte=quarter_of(now or timezone.now()) - 1).order_by("quarter", "pk")
        )

    def on(self, desk, day: date) -> AppointmentQuerySet:
        """A desk's day: what stands in its hours, and who came without a time; without what was cancelled."""
        hours = quarters_of_day(day)
        today = Q(quarter__gte=hours[0], quarter__lte=hours[-1]) | Q(quarter=None, came_on=day)
        return self.filter(today, desk=desk).exclude(state=State.CANCELLED)

    def with_all(self, *, words: bool = True) -> AppointmentQuerySet:
        """`words`: what the topics are called in other languages; not for whoever has the topics already."""
        rows = self.select_related("desk__municipality", "counter", "topic", "person")
        return rows.prefetch_related("topic__words") if words else rows


class CellQuerySet(models.QuerySet):
    def of_desks(self, desks: Iterable, first: int, last: int) -> CellQuerySet:
        return self.filter(counter__desk__in=desks, quarter__gte=first, quarter__lte=last)

    def standing(self) -> CellQuerySet:
        """Without those held for somebody whose time to answer is over."""
        return self.exclude(place__offer_until__lt=timezone.now())

    def stale(self) -> CellQuerySet:
        return self.filter(place__offer_until__lt=timezone.now())

    def let_stale_go(self, counter_id: int, quarters: Iterable[int]) -> None:
        """Free what is kept there too long for somebody who has not answered. In the caller's transaction.

        Their answer may come at this moment: so the rows are locked, and looked at once more, before they go. What
        became an appointment meanwhile stays.
        """
        stale = list(
            self.stale().filter(counter=counter_id, quarter__in=quarters).values_list("pk", flat=True)
        )
        if stale:
            kept = self.filter(pk__in=stale, place__isnull=False).order_by("quarter")
            self.filter(pk__in=list(kept.select_for_update().values_list("pk", flat=True))).delete()


class WaitingPlaceQuerySet(OfContactQuerySet):
    def visible_to(self, user) -> WaitingPlaceQuerySet:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if keeps_appointments(user) else self.filter(person=user)

    def waiting(self) -> WaitingPlaceQuerySet:
        """In their order: who came first is asked first."""
        return self.filter(state="waiting").order_by("joined_at", "pk")

    def open(self) -> WaitingPlaceQuerySet:
        return self.filter(state__in=("waiting", "offered")).order_by("joined_at", "pk")
