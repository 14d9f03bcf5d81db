from __future__ import annotations

from datetime import date, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from community.mutual_aid.neighbourhood import AudienceQuerySet
from community.safety.areas import areas_coordinated
from community.safety.barriers import blocked_with
from community.safety.roles import caseworker

from .words import COMING, OPEN, LoanState, ThingState

RETURN_IS_FRESH = timedelta(days=14)  # in which whoever keeps it looks whether it is back [rule]


class ThingQuerySet(AudienceQuerySet):
    def visible_to(self, user) -> ThingQuerySet:
        """What somebody may see; agrees with the rule `community.view_thing`, which is asked for one.

        What is meant for them, unless it is hidden, lost for good, or kept by somebody with whom they are blocked; what
        they keep or have reserved; and all where they answer for mutual aid.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if caseworker(user):
            return self
        with_the_blocked = _keepers().filter(thing=OuterRef("pk"), person__in=blocked_with(user))
        with_the_blocked = with_the_blocked.filter(person__is_active=True)
        meant = (
            Q(pk__in=self.model.objects.within_reach_of(user).values("pk"))
            & Q(hidden_at=None)
            & ~Q(state=ThingState.WRITTEN_OFF)
            & ~Exists(with_the_blocked)
        )
        mine = Exists(_reservations().filter(thing=OuterRef("pk"), person=user, state__in=OPEN))
        kept = Exists(_keepers().filter(thing=OuterRef("pk"), person=user))
        return self.filter(meant | kept | mine | Q(municipality__in=areas_coordinated(user)))

    def discussed_by(self, user) -> ThingQuerySet:
        """The rule `community.discuss_thing` for many: those that somebody keeps or has reserved."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Exists(_reservations().filter(thing=OuterRef("pk"), person=user, state__in=OPEN))
        return self.filter(mine | Exists(_keepers().filter(thing=OuterRef("pk"), person=user)))

    def in_trouble(self) -> ThingQuerySet:
        """Those of which `Thing.is_in_trouble` says so."""
        return self.filter(_in_trouble())

    def listed(self) -> ThingQuerySet:
        """Those worth looking through: neither hidden nor gone."""
        return self.filter(hidden_at=None).exclude(state__in=(ThingState.WRITTEN_OFF, ThingState.MISSING))

    def not_gone(self) -> ThingQuerySet:
        """Without what was written off: it may turn up, but there is nothing to lend, to label, to look after."""
        return self.exclude(state=ThingState.WRITTEN_OFF)

    def kept_by(self, user) -> ThingQuerySet:
        return self.filter(Exists(_keepers().filter(thing=OuterRef("pk"), person=user.pk)))

    def unkept(self) -> ThingQuerySet:
        """To be lent, and nobody is there (any more) who would hand it over."""
        there = _keepers().filter(thing=OuterRef("pk"), person__is_active=True)
        return self.filter(~Exists(there), state=ThingState.AVAILABLE)

    def with_today(self) -> ThingQuerySet:
        """With `is_free_today`: to be lent, nobody has it, and nobody has reserved today; and `with_due()`."""
        taken = _days().filter(thing=OuterRef("pk"), day=timezone.localdate())
        out = _reservations().filter(thing=OuterRef("pk"), state=LoanState.PICKED_UP)
        is_free = Q(state=ThingState.AVAILABLE) & ~Exists(taken) & ~Exists(out)
        return self.annotate(is_free_today=is_free).with_due()

    def with_due(self) -> ThingQuerySet:
        """With `due`: when it should have come back that is late; None where nothing is."""
        return self.annotate(due=models.Subquery(_late_loans().values("last_day")[:1]))

    def with_next_taken(self) -> ThingQuerySet:
        """With `next_taken`: the first day after today that is somebody's; None where none is."""
        later = _days().filter(thing=OuterRef("pk"), day__gt=timezone.localdate()).order_by("day")
        return self.annotate(next_taken=models.Subquery(later.values("day")[:1]))

    def with_offer(self) -> ThingQuerySet:
        """With `offered_until`: while it is kept for whoever waits for it, whoever that is."""
        offers = _places().filter(thing=OuterRef("pk")).offered()
        return self.annotate(offered_until=models.Subquery(offers.order_by().values("offer_until")[:1]))

    def with_place_of(self, user) -> ThingQuerySet:
        """With `waits` and, while it is kept for them, `kept_until`: somebody's place on the waiting list."""
        places = _places().filter(thing=OuterRef("pk"), person=user)
        return self.annotate(waits=Exists(places), kept_until=models.Subquery(places.values("offer_until")))


class ReservationQuerySet(models.QuerySet):
    def visible_to(self, user) -> ReservationQuerySet:
        """One's own, and those of what one keeps; agrees with the rule `community.view_reservation`."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        kept = Exists(_keepers().filter(thing=OuterRef("thing"), person=user))
        return self.filter(Q(person=user) | kept)

    def open(self) -> ReservationQuerySet:
        return self.filter(state__in=OPEN)

    def open_or_just_back(self) -> ReservationQuerySet:
        """With those that have come back since RETURN_IS_FRESH."""
        since = timezone.now() - RETURN_IS_FRESH
        return self.filter(Q(state__in=OPEN) | Q(state=LoanState.RETURNED, ended_at__gt=since))

    def coming(self) -> ReservationQuerySet:
        """Asked for or reserved, and not picked up."""
        return self.filter(state__in=COMING)

    def out(self) -> ReservationQuerySet:
        return self.filter(state=LoanState.PICKED_UP)

    def most_pressing_first(self) -> ReservationQuerySet:
        """What somebody has, by when it is due; then what comes."""
        return self.order_by(
            models.Case(models.When(state=LoanState.PICKED_UP, then=0), default=1), "first_day", "id"
        )

    def overdue(self) -> ReservationQuerySet:
        return self.out().filter(last_day__lt=timezone.localdate())

    def to_remind(self) -> ReservationQuerySet:
        """Those due by tomorrow of whom nobody has been told today."""
        today = timezone.localdate()
        near = self.out().filter(last_day__lte=today + timedelta(days=1))
        return near.filter(Q(told_on=None) | Q(told_on__lt=today))

    def over(self) -> ReservationQuerySet:
        """Never answered before their first day, or not picked up by their last."""
        today = timezone.localdate()
        return self.filter(
            Q(state=LoanState.REQUESTED, first_day__lt=today)
            | Q(state=LoanState.RESERVED, last_day__lt=today)
        )


class ReservedDayQuerySet(models.QuerySet):
    def between(self, first: date, last: date) -> ReservedDayQuerySet:
        return self.filter(day__gte=first, day__lte=last)

    def from_today(self) -> ReservedDayQuerySet:
        return self.filter(day__gte=timezone.localdate())


class WaitingPlaceQuerySet(models.QuerySet):
    def in_turn(self) -> WaitingPlaceQuerySet:
        return self.order_by("since", "id")

    def offered(self) -> WaitingPlaceQuerySet:
        return self.exclude(offer_until=None)

    def run_out(self) -> WaitingPlaceQuerySet:
        """Offers that nobody took in time."""
        return self.filter(offer_until__lt=timezone.now())


def _keepers() -> models.QuerySet:
    return apps.get_model("community", "ThingKeeper").objects.all()


def _reservations() -> models.QuerySet:
    return apps.get_model("community", "Reservation").objects.all()


def _days() -> models.QuerySet:
    return apps.get_model("community", "ReservedDay").objects.all()


def _in_trouble() -> Q:
    return Q(state__in=(ThingState.IN_REPAIR, ThingState.MISSING)) | Exists(_late_loans())


def _late_loans() -> models.QuerySet:
    return _reservations().filter(thing=OuterRef("pk")).overdue().order_by()


def _places() -> models.QuerySet:
    return apps.get_model("community", "WaitingPlace").objects.all()
