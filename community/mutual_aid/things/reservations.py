"""Loans: the days that a thing is somebody's, held as cells that no two can have, and the list of those who wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.keys import ClientIdTaken
from community.mutual_aid.neighbourhood import people_within
from community.mutual_aid.presence import who_may_be_added
from portal.events import record

from .models import TEXT_LIMIT, Thing
from .querysets import ReservationQuerySet, ReservedDayQuerySet, WaitingPlaceQuerySet
from .words import COMING, Damage, LoanState, ThingState
from .workflow import LOAN_FACTS, NotPossible, loan_target, possible_for_loan

DAYS_AHEAD = 60  # so far ahead one reserves [rule]
OPEN_AT_ONCE = 6  # loans and reservations of one person [rule]
OFFER_HOLDS = timedelta(hours=24)  # for which a freed thing is kept for whoever waits [rule]
OFFER_AHEAD = 14  # days; what is free later than that is worth no offer [rule]
LATE_REMINDERS = 3  # and 2 days between them [rule]
LATE_EVERY = 2  # days


class NotBookable(Exception):
    """These days cannot be had. `code` says why; `field` is the one of the form that it is about."""

    FIELDS = {"reversed": "last_day", "too_long": "last_day", "too_far": "last_day", "past": "first_day"}

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def field(self) -> str | None:
        return self.FIELDS.get(self.code)


class Taken(NotBookable):
    """Somebody else has one of these days, perhaps since a moment ago. Who, nobody learns."""

    def __init__(self) -> None:
        super().__init__("taken")


class _Reservations(models.Manager.from_queryset(ReservationQuerySet)):
    def call_off(self) -> None:
        """All that is to come is cancelled by the portal: the thing is not there."""
        for reservation in self.coming():
            reservation.cancel(by=None)


class Reservation(models.Model):
    """Somebody has a thing from one day to another. `workflow.py` holds what may happen to it.

    The person is empty once they have been erased.
    """

    client_id = models.UUIDField(_("client id of the form"), unique=True, editable=False)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="reservations", verbose_name=_("thing"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("borrowed by"),
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=20, choices=LoanState.choices, editable=False)
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    picked_up_at = models.DateTimeField(_("picked up on"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended on"), null=True, editable=False)
    note = models.TextField(_("why not"), max_length=TEXT_LIMIT, blank=True)
    told_on = models.DateField(null=True, editable=False)
    late_told = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = _Reservations()

    class Meta:
        verbose_name = _("loan of a thing")
        verbose_name_plural = _("loans of things")
        ordering = ["first_day", "id"]
        indexes = [
            models.Index(fields=["person", "state"], name="reservation_of_person"),
            models.Index(fields=["state", "last_day"], name="reservation_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="reservation_in_order"),
            models.CheckConstraint(
                condition=Q(state__in=LoanState.values), name="reservation_state_is_known"
            ),
            # A thing is in one place.
            models.UniqueConstraint(
                fields=["thing"], condition=Q(state=LoanState.PICKED_UP), name="thing_is_out_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} · {self.first_day} – {self.last_day}"

    def get_absolute_url(self) -> str:
        return self.thing.get_absolute_url()

    # -- what it says of itself -------------------------------------------------------------------------------------

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def is_out(self) -> bool:
        return self.state == LoanState.PICKED_UP

    @property
    def is_overdue(self) -> bool:
        return self.is_out and self.last_day < timezone.localdate()

    @property
    def days_late(self) -> int:
        """Since its last day; negative before it."""
        return (timezone.localdate() - self.last_day).days

    @property
    def is_on(self) -> bool:
        """Whether today is one of its days."""
        return self.first_day <= timezone.localdate() <= self.last_day

    @property
    def longest_renewal(self) -> date:
        """Until when it may be renewed at most."""
        today = timezone.localdate()
        return max(self.last_day, today) + timedelta(days=self.thing.longest_loan)

    def verbs_for(self, user: Any) -> list[str]:
        """What this person may do now, first what fits today."""
        verbs = [
            verb
            for verb in possible_for_loan(self.state)
            if user.has_perm(f"community.{verb}_reservation", self)
        ]
        return [verb for verb in verbs if verb != "pick_up" or self.is_on]

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def make(
        cls, *, by: Any, thing: Thing, client_id: UUID, first_day: date, last_day: date, lent_by: Any = None
    ) -> Reservation:
        """Take the days. However often the form is sent, it is one reservation; of two people at once one gets them.
        `lent_by` is whoever keeps it and enters it for them, which is a yes.

        Raises NotBookable (Taken among them), PermissionDenied, ClientIdTaken; then nothing has changed.
        """
        # One after the other: what is asked below is so until the end.
        thing = Thing.objects.select_for_update().get(pk=thing.pk)
        if known := cls._known(client_id, by=by, thing=thing):
            return known
        if not by.has_perm("community.reserve_thing", thing):
            raise PermissionDenied
        _refuse_days(thing, first_day, last_day)
        if cls.objects.open().filter(person=by).count() >= OPEN_AT_ONCE:
            raise NotBookable("too_many")
        ReservedDay.objects.filter(place__thing=thing, place__person=by).delete()  # kept for them
        _refuse_own(thing, days_between(first_day, last_day), by=by)
        row = cls(
            client_id=client_id,
            thing=thing,
            person=by,
            first_day=first_day,
            last_day=last_day,
            state=LoanState.REQUESTED if thing.needs_yes and lent_by is None else LoanState.RESERVED,
        )
        if first_day <= timezone.localdate() and thing.reservations.out().exists():
            raise Taken
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                row.take_days(days_between(first_day, last_day))
        except IntegrityError:
            if known := cls._known(client_id, by=by, thing=thing):
                return known
            raise Taken from None
        thing.waiting.filter(person=by).delete()
        row._record(row.state, by=lent_by or by)
        return row

    @classmethod
    @transaction.atomic
    def take(
        cls, *, by: Any, thing: Thing, client_id: UUID, last_day: date, lent_by: Any = None
    ) -> Reservation:
        """It is at hand: from today on it is theirs, and they have it. Raises what `make` and `pick_up` raise."""
        loan = cls.make(
            by=by,
            thing=thing,
            client_id=client_id,
            first_day=timezone.localdate(),
            last_day=last_day,
            lent_by=lent_by,
        )
        if loan.state in COMING:  # and not sent twice
            loan.pick_up(by=lent_by or by)
        return loan

    @classmethod
    def lend(cls, *, by: Any, to: Any, thing: Thing, client_id: UUID, last_day: date) -> Reservation:
        """Whoever keeps it hands it to somebody who stands there. Raises what `take` raises."""
        if not by.has_perm("community.lend_thing", thing):
            raise PermissionDenied
        if not who_may_be_handed(thing, by=by).filter(pk=to.pk).exists():
            raise PermissionDenied
        return cls.take(by=to, thing=thing, client_id=client_id, last_day=last_day, lent_by=by)

    @classmethod
    def _known(cls, client_id: UUID, *, by: Any, thing: Thing) -> Reservation | None:
        known = cls.objects.filter(client_id=client_id).first()
        if known is not None and (known.person_id, known.thing_id) != (by.pk, thing.pk):
            raise ClientIdTaken
        return known

    def accept(self, *, by: Any) -> None:
        self._step("accept", by=by)

    def decline(self, *, by: Any, note: str = "") -> None:
        self._end("decline", by=by, note=note.strip())

    def cancel(self, *, by: Any, note: str = "") -> None:
        """By whoever reserved it, by a keeper, or by the portal (None) where the thing is not there."""
        self._end("cancel", by=by, note=note.strip())

    def lapse(self) -> None:
        """Nobody answered, or nobody came."""
        self._end("lapse", by=None)

    def pick_up(self, *, by: Any) -> None:
        """Raises NotPossible where it is not its day, or the thing is not there."""
        self._step("pick_up", by=by, check=self._refuse_pick_up, picked_up_at=timezone.now())

    def _refuse_pick_up(self) -> None:
        today = timezone.localdate()
        if today < self.first_day:
            raise NotPossible(
                gettext("You can pick it up from %(day)s.") % {"day": date_format(self.first_day)}
            )
        if today > self.last_day:
            raise NotPossible(gettext("The days that you had reserved are over."))
        if self.thing.state not in (ThingState.AVAILABLE, ThingState.PAUSED):
            raise NotPossible(
                gettext("It cannot be lent now: %(state)s.") % {"state": self.thing.get_state_display()}
            )
        if self.thing.reservations.out().exists():
            raise NotPossible(gettext("It has not come back yet. Ask whoever keeps it."))

    @transaction.atomic
    def renew(self, *, until: date, by: Any) -> None:
        """Keep it until that day; the same day again changes nothing. Raises NotBookable, NotPossible."""
        self._lock()
        loan_target(self.state, "renew")
        if not by.has_perm("community.renew_reservation", self):
            raise PermissionDenied
        if until == self.last_day:
            return
        today = timezone.localdate()
        if until < max(self.last_day, today):
            raise NotBookable("reversed")
        if until > self.longest_renewal:
            raise NotBookable("too_long")
        if until > today + timedelta(days=DAYS_AHEAD):
            raise NotBookable("too_far")
        if self.thing.waiting.exists():
            raise NotBookable("awaited")
        more = days_between(max(self.last_day + timedelta(days=1), today), until)
        _refuse_own(self.thing, more, by=by, but=self)
        try:
            with transaction.atomic():
                self.take_days(more)
        except IntegrityError:
            raise Taken from None
        self.last_day, self.told_on, self.late_told = until, None, 0
        self.save(update_fields=["last_day", "told_on", "late_told"])
        self._record("renewed", by=by)

    @transaction.atomic
    def give_back(self, *, by: Any, damage: str = Damage.NONE, note: str = "") -> None:
        """It is back. What is damaged is in repair from now on; otherwise whoever waits is asked."""
        if not self._end("give_back", by=by, is_free=False):
            return
        if self.thing.state in (ThingState.MISSING, ThingState.WRITTEN_OFF):
            self.thing.turn_up(by=by)
        if damage != Damage.NONE:
            self.thing.damage(by=by, note=note, damage=damage, reservation=self)
        else:
            self.thing.waiting.offer_next(self.thing)

    @transaction.atomic
    def lose(self, *, by: Any, note: str = "") -> None:
        """Whoever has it cannot find it. A coordinator may write it off."""
        if self._end("lose", by=by, is_free=False, note=note.strip()):
            self.thing.lose(by=by, is_asked=False)

    def keep(self) -> None:
        """Its owner is gone: whoever has it may keep it."""
        self._end("keep", by=None, is_free=False)

    @transaction.atomic
    def remind(self) -> None:
        """The day before, on the day, and then every LATE_EVERY days LATE_REMINDERS times; once a day at most."""
        self._lock()
        today = timezone.localdate()
        if not self.is_out or self.told_on == today:
            return
        late = self.days_late
        fact = {-1: "due_soon", 0: "due"}.get(late)
        if late > 0 and self.late_told < LATE_REMINDERS and late > LATE_EVERY * self.late_told:
            fact, self.late_told = "overdue", self.late_told + 1
        if fact:
            self.told_on = today
            self.save(update_fields=["told_on", "late_told"])
            self._record(fact, by=None)

    def _lock(self) -> None:
        """The thing first, as whoever reserves it does."""
        thing = Thing.objects.select_for_update().get(pk=self.thing_id)
        self.refresh_from_db(from_queryset=Reservation.objects.select_for_update())
        self.thing = thing

    def _step(self, verb: str, *, by: Any, check=None, **changes: Any) -> bool:
        """Raises NotPossible, PermissionDenied. False where it is so already: a phone has sent it twice."""
        with transaction.atomic():
            self._lock()
            if by is not None and not by.has_perm(f"community.{verb}_reservation", self):
                raise PermissionDenied
            if self._is_done(verb):
                return False
            target = loan_target(self.state, verb)
            if check is not None:
                check()
            for name, value in {"state": target, **changes}.items():
                setattr(self, name, value)
            self.save(update_fields=["state", *changes])
            self._record(LOAN_FACTS[verb], by=by)
        return True

    def _is_done(self, verb: str) -> bool:
        return self.state in {
            "pick_up": (LoanState.PICKED_UP,),
            "give_back": (LoanState.RETURNED,),
            "cancel": (LoanState.CANCELLED,),
            "accept": (LoanState.RESERVED,),
            "decline": (LoanState.DECLINED,),
        }.get(verb, ())

    def _end(self, verb: str, *, by: Any, is_free: bool = True, **changes: Any) -> bool:
        """A step after which its days are nobody's; where the thing is free then, whoever waits is asked."""
        with transaction.atomic():
            if not self._step(verb, by=by, ended_at=timezone.now(), **changes):
                return False
            self.cells.from_today().delete()
            if is_free:
                self.thing.waiting.offer_next(self.thing)
        return True

    def take_days(self, days: Iterable[date]) -> None:
        """Make them this loan's. Raises IntegrityError where one is somebody's already."""
        ReservedDay.objects.bulk_create(
            ReservedDay(thing=self.thing, day=day, reservation=self) for day in days
        )

    def _record(self, fact: str, *, by: Any) -> None:
        record(f"community.reservation.{fact}", self, by=by, thing=self.thing_id)


def who_may_be_handed(thing: Thing, *, by: Any) -> models.QuerySet:
    """Those for whom it is meant and whom its keeper knows by name: from loans of what they keep, from its waiting
    list, or from the organization that owns it. Nobody searches all the people who live somewhere."""
    loans = Reservation.objects.filter(thing__in=Thing.objects.kept_by(by))
    known = Q(pk__in=loans.values("person")) | Q(pk__in=thing.waiting.values("person"))
    if thing.owned_by_id:
        known |= Q(
            organization_memberships__organization=thing.owned_by_id, organization_memberships__until=None
        )
    return who_may_be_added(people_within(thing).filter(known), by=by, organizer=thing.owner)


def last_day_from_today(thing: Thing) -> date | None:
    """Until when it can be had, if it is taken today; None where it is not free today. Of a thing `with_today()` and
    `with_next_taken()`."""
    if not thing.is_free_today:
        return None
    today = timezone.localdate()
    longest = today + timedelta(days=min(thing.longest_loan - 1, DAYS_AHEAD))
    return min(longest, thing.next_taken - timedelta(days=1)) if thing.next_taken else longest


def days_between(first: date, last: date) -> list[date]:
    """Both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _refuse_days(thing: Thing, first: date, last: date) -> None:
    today = timezone.localdate()
    if not thing.is_available or not thing.keepers:
        raise NotBookable("not_lent")
    if last < first:
        raise NotBookable("reversed")
    if first < today:
        raise NotBookable("past")
    if (last - first).days >= thing.longest_loan:
        raise NotBookable("too_long")
    if last > today + timedelta(days=DAYS_AHEAD):
        raise NotBookable("too_far")


def _refuse_own(thing: Thing, days: list[date], *, by: Any, but: Reservation | None = None) -> None:
    """They have one of these days already, by another loan than `but`: nobody else is to blame."""
    mine = thing.reservations.open().filter(person=by).exclude(pk=but and but.pk)
    is_late = days[0] <= timezone.localdate() and mine.overdue().exists()
    if is_late or mine.filter(cells__day__in=days).exists():
        raise NotBookable("mine")


class _WaitingPlaces(models.Manager.from_queryset(WaitingPlaceQuerySet)):
    def offer_next(self, thing: Thing) -> WaitingPlace | None:
        """Keep the next free days for whoever has waited longest, and ask them; in the caller's transaction."""
        if thing.state != ThingState.AVAILABLE or self.filter(thing=thing).offered().exists():
            return None
        place = self.filter(thing=thing).in_turn().first()
        days = free_run(thing, OFFER_AHEAD) if place else []
        if not days:
            return None
        place.offer_until = timezone.now() + OFFER_HOLDS
        place.save(update_fields=["offer_until"])
        ReservedDay.objects.bulk_create(ReservedDay(thing=thing, day=day, place=place) for day in days)
        record("community.waitingplace.offered", place, thing=thing.pk)
        return place


class WaitingPlace(models.Model):
    """Somebody waits for a thing. They are asked in the order in which they came; the days are kept for OFFER_HOLDS."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="waiting", verbose_name=_("thing"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    offer_until = models.DateTimeField(_("kept until"), null=True, editable=False)

    objects = _WaitingPlaces()

    class Meta:
        verbose_name = _("place on the waiting list of a thing")
        verbose_name_plural = _("places on the waiting lists of things")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["thing", "person"], name="waits_for_thing_once"),
            models.UniqueConstraint(
                fields=["thing"], condition=Q(offer_until__isnull=False), name="thing_is_offered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} · {self.person_id}"

    @classmethod
    @transaction.atomic
    def join(cls, *, by: Any, thing: Thing) -> WaitingPlace:
        """Twice is once. Raises PermissionDenied, and NotBookable where nobody has to wait."""
        thing = Thing.objects.select_for_update().get(pk=thing.pk)
        if not by.has_perm("community.reserve_thing", thing):
            raise PermissionDenied
        if thing.is_available and timezone.localdate() in free_days(thing):
            raise NotBookable("free")
        return cls.objects.get_or_create(thing=thing, person=by)[0]

    @transaction.atomic
    def leave(self) -> None:
        """The person does not want it any more; the next is asked."""
        thing = Thing.objects.select_for_update().get(pk=self.thing_id)
        self.delete()
        thing.waiting.offer_next(thing)

    @transaction.atomic
    def run_out(self) -> None:
        """Nobody took the offer in time: the next is asked."""
        thing = Thing.objects.select_for_update().get(pk=self.thing_id)
        place = thing.waiting.run_out().filter(pk=self.pk).first()
        if place is not None:
            record("community.waitingplace.ran_out", thing, thing=thing.pk, person=place.person_id)
            place.delete()
            thing.waiting.offer_next(thing)


class ReservedDay(models.Model):
    """A day on which a thing is somebody's: of a reservation, or kept for whoever is asked. Nobody else can have it."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="reserved_days", verbose_name=_("thing"))
    day = models.DateField(_("day"))
    reservation = models.ForeignKey(
        Reservation,
        models.CASCADE,
        null=True,
        related_name="cells",
        verbose_name=_("loan"),
    )
    place = models.ForeignKey(
        WaitingPlace,
        models.CASCADE,
        null=True,
        related_name="cells",
        verbose_name=_("place on the waiting list"),
    )

    objects = ReservedDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("reserved day")
        verbose_name_plural = _("reserved days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["thing", "day"], name="thing_is_somebodys_for_a_day"),
            models.CheckConstraint(
                condition=Q(reservation__isnull=False, place__isnull=True)
                | Q(reservation__isnull=True, place__isnull=False),
                name="reserved_day_is_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} · {self.day}"


def free_days(thing: Thing) -> list[date]:
    """The days from today on, as far as one reserves, on which it is nobody's."""
    today = timezone.localdate()
    last = today + timedelta(days=DAYS_AHEAD)
    taken = set(thing.reserved_days.between(today, last).values_list("day", flat=True))
    if thing.reservations.out().exists():
        taken.add(today)  # whether or not it is late
    return [day for day in days_between(today, last) if day not in taken]


def free_run(thing: Thing, ahead: int) -> list[date]:
    """The next free days one after the other, as many as it is lent for; empty where none is within `ahead` days."""
    runs = free_runs(thing, thing.longest_loan)
    soon = timezone.localdate() + timedelta(days=ahead)
    return runs[0] if runs and runs[0][0] <= soon else []


def free_runs(thing: Thing, length: int) -> list[list[date]]:
    """The free days, cut where one is missing and after `length` of them."""
    runs: list[list[date]] = []
    for day in free_days(thing):
        if runs and len(runs[-1]) < length and runs[-1][-1] + timedelta(days=1) == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
