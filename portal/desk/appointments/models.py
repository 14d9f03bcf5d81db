"""Appointments at the desks, the quarter-hours that they take up, and the list of those who wait for one."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from portal.access import limited
from portal.desk.models import Desk
from portal.events import record
from portal.people.tokens import digest, new_token
from portal.tasks.sms import can_send_sms
from portal.ui.languages import language_name

from .counters import HOUSE_LANGUAGE, SPOKEN, AppointmentTopic, Counter, DeskClosure
from .querysets import AppointmentQuerySet, CellQuerySet, WaitingPlaceQuerySet
from .slots import Diary, clock, day_of, moment_of, quarter_of, quarters_of_day, zone
from .turns import wait_for_turn
from .workflow import OPEN, NotNow, State, transition, verbs_from

REASON_LIMIT = 1000  # characters
OPEN_BY_CONTACT = 3  # appointments that are booked, by one e-mail address or number [rule]
HOLD = timedelta(hours=3)  # for which a freed time is kept for whoever is asked [rule]
ASK_BEFORE = timedelta(hours=1)  # nobody is asked for what begins sooner [rule]
NIGHT = (21, 9)  # hours in which nobody is expected to answer
LINKS_LAST = timedelta(days=14)  # for which a link opens after the day [rule]
OFFER = ("offer_quarter", "offer_quarters", "offer_until")  # what a place on the list has while it is asked
# Of one appointment: each is told by a message, to an address that nobody has confirmed [rule].
MOVES_A_DAY = "6/d"
MISSED_OFFERS = 2  # unanswered, and the place on the list ends [rule]
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else, no vowels


class NotBookable(Exception):
    """This time cannot be had. `code` says why (portal/desk/appointments/words.py puts it in words)."""

    def __init__(self, code: str, closure: DeskClosure | None = None) -> None:
        super().__init__(code)
        self.code, self.closure = code, closure


class SlotTaken(NotBookable):
    """Somebody else has this time meanwhile."""

    def __init__(self) -> None:
        super().__init__("taken")


class TooManyOpen(Exception):
    """With this address or number as many appointments are booked as one may have."""


class AlreadySent(Exception):
    """This form was sent before, with something else in it: `row` is what came of it then."""

    def __init__(self, row: Any) -> None:
        super().__init__(row)
        self.row = row


class OfferOver(Exception):
    """The freed time is not kept for them any more."""


def new_receipt() -> str:
    """Six signs to be read out at the desk: it names an appointment, and opens none."""
    return "".join(secrets.choice(_ALPHABET) for _place in range(6))


class Reached(models.Model):
    """Who comes, and how they are told of changes."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone number"), max_length=16, blank=True)
    # In which they are written to, and which they would like to speak.
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    spoken = models.CharField(
        _("language spoken"), max_length=10, choices=[(code, code) for code in SPOKEN], default="it"
    )

    class Meta:
        abstract = True

    @property
    def spoken_name(self) -> str:
        return language_name(self.spoken)

    @property
    def is_told(self) -> bool:
        """Whether they get messages: by their account, by mail, or by text message where there is a provider."""
        return bool(self.person_id or self.email or (self.phone and can_send_sms()))

    def make_link(self) -> str:
        """A new token that opens this: drawn, returned once, kept as a digest."""
        token = new_token()
        AppointmentLink.objects.create(digest=digest(token), **{self.link_field: self})
        return token


class Appointment(Reached):
    """Somebody comes to a desk, for a topic, at a time; whoever comes without one may wait for their turn."""

    link_field = "appointment"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.UUIDField(_("client id of the form"), unique=True, editable=False)
    receipt = models.CharField(_("receipt number"), max_length=6, unique=True, default=new_receipt)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="appointments", verbose_name=_("desk"))
    topic = models.ForeignKey(
        AppointmentTopic, models.PROTECT, related_name="+", verbose_name=_("topic of appointments")
    )
    counter = models.ForeignKey(
        Counter, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("counter")
    )
    # The first of its quarter-hours (slots.py); none of whoever waits without a time.
    quarter = models.BigIntegerField(_("first quarter-hour"), null=True, blank=True)
    # As many as the topic took when it was booked.
    quarters = models.PositiveSmallIntegerField(_("quarter-hours"))
    wants_interpreter = models.BooleanField(_("wants an interpreter"), default=False)
    reason = models.TextField(_("reason"), max_length=REASON_LIMIT, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.BOOKED, editable=False
    )
    is_walk_in = models.BooleanField(_("came without an appointment"), default=False)
    came_on = models.DateField(_("came on"), null=True, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("booked by"),
    )
    created_at = models.DateTimeField(_("booked at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    # How often place, time or state have changed for whoever keeps it in a calendar (RFC 5545, SEQUENCE).
    sequence = models.PositiveIntegerField(default=0, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    # The closure for which they have been asked to move: once for each time that they have.
    told_closure = models.ForeignKey(
        DeskClosure, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["quarter", "created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="appointment_state_is_known"),
            models.CheckConstraint(
                condition=Q(quarter__isnull=False, counter__isnull=False)
                | Q(is_walk_in=True, came_on__isnull=False),
                name="appointment_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "quarter"], name="appointment_day"),
            models.Index(fields=["state", "quarter"], name="appointment_coming"),
            models.Index(fields=["email"], condition=Q(state="booked"), name="appointment_by_email"),
            models.Index(fields=["phone"], condition=Q(state="booked"), name="appointment_by_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} · {self.desk_id}"

    def get_absolute_url(self) -> str:
        """For whoever is signed in; who is not has a link with a token."""
        return reverse("portal:appointment", args=[self.pk])

    @property
    def starts_at(self) -> datetime | None:
        return None if self.quarter is None else moment_of(self.quarter)

    @property
    def ends_at(self) -> datetime | None:
        return None if self.quarter is None else moment_of(self.quarter + self.quarters)

    @property
    def day(self) -> date | None:
        return self.came_on if self.quarter is None else day_of(self.quarter)

    @property
    def minutes(self) -> int:
        return self.quarters * 15

    @property
    def clock(self) -> str:
        return "" if self.quarter is None else clock(self.quarter)

    @property
    def links_end_on(self) -> date:
        """The last day on which a link opens it."""
        return self.day + LINKS_LAST

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def can_change(self) -> bool:
        """Whether whoever comes may still move or cancel it: until it begins."""
        return self.state == State.BOOKED and self.starts_at > timezone.now()

    @property
    def closure(self) -> DeskClosure | None:
        """The closure that falls on its day, while they are still booked."""
        if self.state != State.BOOKED or self.quarter is None:
            return None
        return self.desk.closures.filter(first_day__lte=self.day, last_day__gte=self.day).first()

    def verbs(self) -> tuple[str, ...]:
        """What staff may do now, in the order of the table."""
        verbs = [verb for verb in verbs_from(self.state) if verb != "move"]
        if self.quarter is None or self.starts_at > timezone.now():
            verbs = [verb for verb in verbs if verb != "miss"]
        # Nobody is here days before their day.
        if self.quarter is not None and self.day > timezone.localdate():
            verbs = [verb for verb in verbs if verb not in ("arrive", "serve")]
        if self.state == State.ARRIVED and self.is_walk_in:
            verbs = [verb for verb in verbs if verb != "undo"]
        return tuple(verbs)

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def book(
        cls,
        *,
        client_id: UUID,
        desk: Desk,
        topic: AppointmentTopic,
        quarter: int,
        by: Any = None,
        **told: Any,
    ) -> Appointment:
        """Take the time; however often the form is sent, it is one appointment.

        `told` are name, email, phone, reason, language, spoken, wants_interpreter, and person where they have an
        account. `by` is who does it, None for a visitor; staff book at short notice too. Raises NotBookable (SlotTaken
        among them), TooManyOpen, AlreadySent.
        """
        told = {**told, "desk": desk, "topic": topic, "quarter": quarter}
        is_staff = by is not None and by.has_perm("portal.keep_appointments")
        if not is_staff:
            _wait_for_turn(told)
        if known := cls._known(client_id, told):
            return known
        if not is_staff:
            _refuse_too_many(cls.objects.booked(), told)
        language = "" if told.get("wants_interpreter") else told.get("spoken", "")
        candidates = free_counters(
            desk,
            topic,
            quarter,
            language=language,
            wants_interpreter=told.get("wants_interpreter", False),
            is_staff=is_staff,
        )
        for counter in candidates:
            row = cls(client_id=client_id, quarters=topic.quarters, counter=counter, booked_by=by, **told)
            # Booked for tomorrow, they know: a reminder is for what was booked longer ago.
            if row.starts_at - timezone.now() < timedelta(hours=24):
                row.reminded_at = timezone.now()
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
                    row._take(range(quarter, quarter + topic.quarters))
            except IntegrityError:
                # The same form at the same moment, or somebody else at this counter.
                if known := cls._known(client_id, told):
                    return known
                continue
            record("portal.appointment.booked", row, by=by, desk=desk.pk)
            return row
        raise SlotTaken

    @classmethod
    @transaction.atomic
    def walk_in(
        cls,
        *,
        client_id: UUID,
        desk: Desk,
        topic: AppointmentTopic,
        name: str,
        by: Any,
        spoken: str = "it",
        email: str = "",
        phone: str = "",
        reason: str = "",
    ) -> Appointment:
        """Somebody stands there: the next quarter-hours of today that are free, or their turn without a time.

        Raises PermissionDenied, AlreadySent.
        """
        if not by.has_perm("portal.keep_appointments"):
            raise PermissionDenied
        told = {"desk": desk, "topic": topic, "name": name, "spoken": spoken}
        if known := cls._known(client_id, told):
            return known
        now, today = timezone.now(), timezone.localdate()
        told |= {"email": email, "phone": phone, "reason": reason}
        diary = Diary(desk, today, today)
        for language in dict.fromkeys((spoken, "")):
            # From the quarter-hour that runs: whoever is there begins at once.
            for slot in diary.free(today, topic.quarters, language=language, earliest=quarter_of(now)):
                for counter in slot.counters:
                    row = cls(
                        client_id=client_id,
                        quarters=topic.quarters,
                        counter_id=counter,
                        quarter=slot.quarter,
                        state=State.ARRIVED,
                        is_walk_in=True,
                        came_on=today,
                        booked_by=by,
                        reminded_at=now,
                        **told,
                    )
                    try:
                        with transaction.atomic():
                            row.save(force_insert=True)
                            row._take(range(slot.quarter, slot.quarter + topic.quarters))
                    except IntegrityError:
                        if known := cls._known(client_id, told):
                            return known
                        continue
                    record("portal.appointment.walked_in", row, by=by, desk=desk.pk)
                    return row
        try:
            with transaction.atomic():
                row = cls.objects.create(
                    client_id=client_id,
                    quarters=topic.quarters,
                    state=State.QUEUED,
                    is_walk_in=True,
                    came_on=today,
                    booked_by=by,
                    **told,
                )
        except IntegrityError:
            if known := cls._known(client_id, told):
                return known
            raise
        record("portal.appointment.walked_in", row, by=by, desk=desk.pk)
        return row

    @transaction.atomic
    def move(self, quarter: int, *, desk: Desk | None = None, by: Any = None) -> bool:
        """To another time, or another desk; whether it was moved. To where it stands already is no move.

        Raises NotNow, NotBookable, SlotTaken. The other time is taken before this one is let go: whoever is too late
        has lost nothing.
        """
        self._lock()
        desk = desk or self.desk
        if (quarter, desk.pk) == (self.quarter, self.desk_id) and self.state == State.BOOKED:
            return False
        transition(self.state, "move")
        is_staff = by is not None and by.has_perm("portal.keep_appointments")
        if not is_staff and not self.can_change:
            raise NotBookable("begun")
        candidates = free_counters(
            desk,
            self.topic,
            quarter,
            quarters=self.quarters,
            language="" if self.wants_interpreter else self.spoken,
            wants_interpreter=self.wants_interpreter,
            is_staff=is_staff,
            ignoring=self,
        )
        # Staff are not counted: they move what somebody asks them to.
        if not is_staff and limited(None, "portal.appointment_moves", MOVES_A_DAY, by=self.pk):
            raise NotBookable("moves")
        was_desk, freed = self.desk_id, range(self.quarter, self.quarter + self.quarters)
        for counter in candidates:
            try:
                with transaction.atomic():
                    self._take(range(quarter, quarter + self.quarters), counter)
            except IntegrityError:
                continue
            self.desk, self.counter, self.quarter = desk, counter, quarter
            self.reminded_at = (
                timezone.now() if self.starts_at - timezone.now() < timedelta(hours=24) else None
            )
            self.told_closure = None
            self._changed("desk", "counter", "quarter", "reminded_at", "told_closure")
            record("portal.appointment.moved", self, by=by, desk=desk.pk, was_desk=was_desk)
            WaitingPlace.offer_freed(was_desk, freed)
            return True
        raise SlotTaken

    @transaction.atomic
    def cancel(self, *, by: Any = None) -> None:
        """They do not come. Its time is free, and whoever waits for one is asked. Twice is once. Raises NotNow."""
        self._lock()
        if self.state == State.CANCELLED:
            return
        transition(self.state, "cancel")
        is_staff = by is not None and by.has_perm("portal.keep_appointments")
        if not is_staff and not self.can_change:
            raise NotBookable("begun")
        self.cells.all().delete()
        self.state = State.CANCELLED
        self._changed("state")
        record("portal.appointment.cancelled", self, by=by, desk=self.desk_id)
        if self.quarter is not None:
            WaitingPlace.offer_freed(self.desk_id, range(self.quarter, self.quarter + self.quarters))

    def step(self, verb: str, *, by: Any) -> None:
        """What staff do at the desk: arrive, serve, miss, undo, cancel. Raises NotNow, PermissionDenied.

        What is so already is not done again: two thumbs may mean the same person.
        """
        if not by.has_perm("portal.keep_appointments"):
            raise PermissionDenied
        if verb == "cancel":
            self.cancel(by=by)
            return
        with transaction.atomic():
            self._lock()
            reached = {"arrive": State.ARRIVED, "serve": State.SERVED, "miss": State.MISSED}
            if self.state == reached.get(verb):
                return
            target = transition(self.state, verb).target
            if verb not in self.verbs():
                raise NotNow(verb)
            if verb == "undo" and self.quarter is None:
                target = State.QUEUED
            self.state = target
            self.save(update_fields=["state"])
            record(f"portal.appointment.{_FACTS[verb]}", self, by=by, desk=self.desk_id)

    @transaction.atomic
    def remind(self) -> bool:
        """Say once that it is soon; whether it was this call that said so."""
        now = timezone.now()
        mine = Appointment.objects.booked().filter(pk=self.pk, reminded_at=None)
        if not mine.update(reminded_at=now):
            return False
        record("portal.appointment.reminded", self)
        return True

    @transaction.atomic
    def tell_closure(self, closure: DeskClosure, *, by: Any = None) -> bool:
        """The desk is closed on that day: say so once, and that they may move; whether it was this call."""
        mine = Appointment.objects.booked().filter(pk=self.pk, told_closure=None)
        if not mine.update(told_closure=closure):
            return False
        record("portal.appointment.displaced", self, by=by, desk=self.desk_id)
        return True

    def missed_before(self) -> int:
        """How often they did not come in what is kept (a year), by account, address or number."""
        same = Q(person=self.person_id) if self.person_id else Q(pk=None)
        if self.email:
            same |= Q(email__iexact=self.email)
        if self.phone:
            same |= Q(phone=self.phone)
        return Appointment.objects.filter(same, state=State.MISSED).exclude(pk=self.pk).count()

    def _lock(self) -> None:
        """What the row says now, and nobody else changes it before this is done."""
        Appointment.objects.select_for_update(of=("self",)).get(pk=self.pk)
        self.refresh_from_db()

    def _take(self, quarters: Iterable[int], counter: Counter | None = None) -> None:
        """These quarter-hours and no others. Raises IntegrityError where somebody else has one of them."""
        counter_id = counter.pk if counter else self.counter_id
        wanted = set(quarters)
        AppointmentCell.objects.let_stale_go(counter_id, wanted)
        own = set(self.cells.filter(counter=counter_id, quarter__in=wanted).values_list("quarter", flat=True))
        # In one order for everybody, so that two never wait for each other; and the new before the old is let go.
        AppointmentCell.objects.bulk_create(
            AppointmentCell(counter_id=counter_id, quarter=quarter, appointment=self)
            for quarter in sorted(wanted - own)
        )
        self.cells.exclude(counter=counter_id, quarter__in=wanted).delete()

    def _changed(self, *fields: str) -> None:
        self.sequence, self.changed_at = self.sequence + 1, timezone.now()
        self.save(update_fields=[*fields, "sequence", "changed_at"])

    @classmethod
    def _known(cls, client_id: UUID, told: dict[str, Any]) -> Appointment | None:
        return _known(cls, client_id, told)


_FACTS = {"arrive": "arrived", "serve": "served", "miss": "missed", "undo": "undone"}


def _known(model: Any, client_id: UUID, told: dict[str, Any]) -> Any:
    known = model.objects.filter(client_id=client_id).first()
    if known is not None and any(getattr(known, name) != value for name, value in told.items()):
        raise AlreadySent(known)
    return known


def _wait_for_turn(told: dict[str, Any]) -> None:
    """What `_refuse_too_many` counts stays as it is until the transaction is over."""
    person = told.get("person")
    wait_for_turn(told.get("email", ""), told.get("phone", ""), f"person {person.pk}" if person else "")


def _refuse_too_many(rows: Any, told: dict[str, Any]) -> None:
    coming = rows.filter(quarter__gte=quarter_of(timezone.now())) if rows.model is Appointment else rows
    mine = coming.of_contact(told.get("email", ""), told.get("phone", ""))
    if told.get("person"):
        mine = mine | coming.filter(person=told["person"])
    if mine.distinct().count() >= OPEN_BY_CONTACT:
        raise TooManyOpen


def earliest_quarter(desk: Desk, *, wants_interpreter: bool = False, is_staff: bool = False) -> int:
    """The first that can be booked at this desk now."""
    notice = timedelta(hours=0 if is_staff else desk.notice_hours)
    if wants_interpreter and not is_staff:
        notice = max(notice, timedelta(days=desk.interpreter_days))
    return quarter_of(timezone.now() + notice - timedelta(seconds=1)) + 1


def last_day(desk: Desk) -> date:
    """The last that can be booked at this desk today."""
    return timezone.localdate() + timedelta(weeks=desk.horizon_weeks)


def is_spoken_at(desk: Desk, language: str) -> bool:
    """Whether on some day of the week somebody at this desk speaks it."""
    today = timezone.localdate()
    return language in {HOUSE_LANGUAGE, *Diary(desk, today, today).languages()}


def free_counters(
    desk: Desk,
    topic: AppointmentTopic,
    quarter: int,
    *,
    quarters: int | None = None,
    language: str = "",
    wants_interpreter: bool = False,
    is_staff: bool = False,
    ignoring: Appointment | None = None,
) -> list[Counter]:
    """The counters that have this time, best first. Raises NotBookable, which says why there is none."""
    # Whoever moves what they have booked may, though the topic is not offered any more.
    if ignoring is None and not (topic.is_active and topic.is_offered_at(desk)):
        raise NotBookable("topic")
    if quarter < quarter_of(timezone.now()):
        raise NotBookable("past")
    if quarter < earliest_quarter(desk, wants_interpreter=wants_interpreter, is_staff=is_staff):
        raise NotBookable("interpreter" if wants_interpreter else "notice")
    # Whoever asks for the year 9999 is told so before the calendar is asked.
    if quarter > quarters_of_day(last_day(desk))[-1]:
        raise NotBookable("horizon")
    day, quarters = day_of(quarter), quarters or topic.quarters
    diary = Diary(desk, day, day, ignoring=ignoring)
    if closure := diary.closure_on(day):
        raise NotBookable("closure", closure)
    if diary.holiday_on(day):
        raise NotBookable("holiday")
    if not set(range(quarter, quarter + quarters)) <= set(diary.open_quarters(day)):
        raise NotBookable("hours")
    if not diary.counters_on(day, language):
        raise NotBookable("language")
    free = diary.counters_free_at(quarter, quarters, language=language)
    if not free:
        raise SlotTaken
    return free


class WaitingPlace(Reached):
    """A place on the list of those who wait for a time that becomes free at a desk. Who came first is asked first."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        OFFERED = "offered", _("is asked")
        TAKEN = "taken", _("has taken it")
        LEFT = "left", _("has left the list")
        OVER = "over", _("the time is over")

    link_field = "place"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.UUIDField(_("client id of the form"), unique=True, editable=False)
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="waiting", verbose_name=_("desk"))
    topic = models.ForeignKey(
        AppointmentTopic, models.PROTECT, related_name="+", verbose_name=_("topic of appointments")
    )
    wants_interpreter = models.BooleanField(_("wants an interpreter"), default=False)
    reason = models.TextField(_("reason"), max_length=REASON_LIMIT, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)
    until = models.DateField(_("waits until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    offer_quarter = models.BigIntegerField(null=True, editable=False)
    # How many from there on; a topic may become shorter or longer meanwhile.
    offer_quarters = models.PositiveSmallIntegerField(null=True, editable=False)
    offer_until = models.DateTimeField(_("kept until"), null=True, editable=False)
    missed = models.PositiveSmallIntegerField(_("offers not answered"), default=0, editable=False)

    objects = WaitingPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on the waiting list")
        verbose_name_plural = _("places on the waiting list")
        ordering = ["joined_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "offered", "taken", "left", "over"]),
                name="waiting_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offer_quarter__isnull=False, offer_until__isnull=False),
                name="waiting_offer_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["desk", "state", "joined_at"], name="waiting_in_order")]

    def __str__(self) -> str:
        return f"{self.desk_id} · {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("portal:waiting_place", args=[self.pk])

    @property
    def links_end_on(self) -> date:
        """The last day on which a link opens it; of whoever still waits none is the last."""
        return date.max if self.ended_at is None else timezone.localdate(self.ended_at) + LINKS_LAST

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.OFFERED)

    @property
    def is_offered(self) -> bool:
        return self.state == self.State.OFFERED and self.offer_until > timezone.now()

    @property
    def offer_starts_at(self) -> datetime | None:
        return None if self.offer_quarter is None else moment_of(self.offer_quarter)

    @property
    def offer_clock(self) -> str:
        return "" if self.offer_quarter is None else clock(self.offer_quarter)

    @classmethod
    @transaction.atomic
    def join(
        cls, *, client_id: UUID, desk: Desk, topic: AppointmentTopic, by: Any = None, **told: Any
    ) -> WaitingPlace:
        """Take a place at the end; however often the form is sent, it is one.

        Raises TooManyOpen, AlreadySent, and NotBookable ("unspoken") where nobody at this desk ever speaks what they
        speak and they want no interpreter: they would wait for nothing.
        """
        told = {**told, "desk": desk, "topic": topic}
        _wait_for_turn(told)
        if known := _known(cls, client_id, told):
            return known
        if not told.get("wants_interpreter") and not is_spoken_at(desk, told.get("spoken", HOUSE_LANGUAGE)):
            raise NotBookable("unspoken")
        _refuse_too_many(cls.objects.open(), told)
        try:
            with transaction.atomic():
                place = cls.objects.create(client_id=client_id, until=last_day(desk), **told)
        except IntegrityError:
            if known := _known(cls, client_id, told):
                return known
            raise
        record("portal.waiting.joined", place, by=by, desk=desk.pk)
        return place

    @classmethod
    def offer_freed(cls, desk_id: int, freed: range, *, after: WaitingPlace | None = None) -> int:
        """Those quarter-hours of one day, or some of them, are free again: keep them for the first who can use them,
        what is left for the next, and ask them. Returns how many are asked.

        `after` is who has let it pass: those behind them are asked. In the caller's transaction.
        """
        now = timezone.now()
        soonest = quarter_of(now + ASK_BEFORE) + 1
        if not freed or freed[-1] < soonest:
            return 0
        desk, day = Desk.objects.get(pk=desk_id), day_of(freed[0])
        waiting = cls.objects.waiting().filter(desk=desk, until__gte=day).select_related("topic")
        if after is not None:
            waiting = waiting.filter(
                Q(joined_at__gt=after.joined_at) | Q(joined_at=after.joined_at, pk__gt=after.pk)
            )
        diary, asked = Diary(desk, day, day), 0
        for place in waiting.select_for_update(of=("self",)):
            if place._keep_some(diary, freed, soonest):
                diary, asked = Diary(desk, day, day), asked + 1
        return asked

    def _keep_some(self, diary: Diary, freed: range, soonest: int) -> bool:
        """Keep for them the first of what is free about those quarter-hours that they can use."""
        quarters = self.topic.quarters
        if self.wants_interpreter:
            soonest = max(soonest, earliest_quarter(diary.desk, wants_interpreter=True))
        language = "" if self.wants_interpreter else self.spoken
        earliest = max(freed[0] - quarters + 1, soonest)
        for slot in diary.free(diary.first, quarters, language=language, earliest=earliest):
            if slot.quarter > freed[-1]:
                return False
            for counter in slot.counters:
                if self._keep(counter, range(slot.quarter, slot.quarter + quarters)):
                    return True
        return False

    def _keep(self, counter_id: int, quarters: range) -> bool:
        """Keep these quarter-hours for them, and ask; False where somebody was quicker."""
        AppointmentCell.objects.let_stale_go(counter_id, quarters)
        try:
            with transaction.atomic():
                AppointmentCell.objects.bulk_create(
                    AppointmentCell(counter_id=counter_id, quarter=quarter, place=self)
                    for quarter in quarters
                )
        except IntegrityError:
            return False
        self.state, self.offer_quarter, self.offer_quarters = self.State.OFFERED, quarters[0], len(quarters)
        self.offer_until = _kept_until(timezone.now(), moment_of(quarters[0]))
        self.save(update_fields=["state", *OFFER])
        record("portal.waiting.offered", self, desk=self.desk_id)
        return True

    @transaction.atomic
    def accept(self, *, by: Any = None) -> Appointment:
        """They take the time that is kept for them. Raises OfferOver. Taken twice, it is one appointment."""
        self._lock()
        known = Appointment.objects.filter(client_id=self.pk).first()
        if known is not None:
            return known
        # Held until this is done: whoever books lets go what was kept too long, and must not mean these.
        cells = list(self.cells.select_for_update(of=("self",)).order_by("quarter"))
        if not self.is_offered or len(cells) != (self.offer_quarters or self.topic.quarters):
            raise OfferOver
        day = day_of(cells[0].quarter)
        if self.desk.closures.filter(first_day__lte=day, last_day__gte=day).exists():
            raise OfferOver
        now = timezone.now()
        appointment = Appointment.objects.create(
            client_id=self.pk,  # one place becomes one appointment, however often it is taken
            desk=self.desk,
            topic=self.topic,
            counter_id=cells[0].counter_id,
            quarter=cells[0].quarter,
            quarters=len(cells),
            booked_by=by,
            reminded_at=now if moment_of(cells[0].quarter) - now < timedelta(hours=24) else None,
            **{name: getattr(self, name) for name in ("person", "name", "email", "phone", "reason")},
            **{name: getattr(self, name) for name in ("language", "spoken", "wants_interpreter")},
        )
        if self.cells.update(place=None, appointment=appointment) != appointment.quarters:
            raise OfferOver  # and nothing of this has happened
        self._end(self.State.TAKEN)
        record("portal.waiting.taken", self, by=by, desk=self.desk_id)
        record("portal.appointment.booked", appointment, by=by, desk=self.desk_id)
        return appointment

    @transaction.atomic
    def leave(self, *, by: Any = None) -> None:
        """They wait no longer; what was kept for them goes to the next. Twice is once."""
        self._lock()
        if not self.is_open:
            return
        freed = self._let_go()
        self._end(self.State.LEFT)
        record("portal.waiting.left", self, by=by, desk=self.desk_id)
        self.offer_freed(self.desk_id, freed, after=self)

    @transaction.atomic
    def pass_on(self, *, by: Any = None) -> None:
        """They did not answer, or said no: the next is asked. They keep their place, unless it was once too often."""
        self._lock()
        self._pass_on(by=by)

    @transaction.atomic
    def run_out(self) -> None:
        """They have not answered in time. Asked anew meanwhile, they have their time once more."""
        self._lock()
        if not self.is_offered:
            self._pass_on()

    def _pass_on(self, *, by: Any = None) -> None:
        if self.state != self.State.OFFERED:
            return
        is_no = by is not None or self.offer_until > timezone.now()
        freed = self._let_go()
        self.missed += not is_no
        if self.missed >= MISSED_OFFERS:
            self._end(self.State.OVER)
        else:
            self.state = self.State.WAITING
        self.save(update_fields=["state", "missed", *OFFER])
        record("portal.waiting.passed", self, by=by, desk=self.desk_id)
        self.offer_freed(self.desk_id, freed, after=self)

    @transaction.atomic
    def withdraw(self, *, by: Any = None) -> None:
        """The desk is closed then after all: they are not asked any more, and wait where they stood."""
        self._lock()
        if self.state != self.State.OFFERED:
            return
        self._let_go()
        self.state = self.State.WAITING
        self.save(update_fields=["state", *OFFER])
        record("portal.waiting.withdrawn", self, by=by, desk=self.desk_id)

    @transaction.atomic
    def expire(self) -> None:
        """The last day for which they wanted one has passed."""
        self._lock()
        if self.state == self.State.WAITING:
            self._end(self.State.OVER)

    def _lock(self) -> None:
        WaitingPlace.objects.select_for_update(of=("self",)).get(pk=self.pk)
        self.refresh_from_db()

    def _let_go(self) -> range:
        """What was kept is free: its quarter-hours, none where nothing was kept."""
        kept = range(0)
        if self.state == self.State.OFFERED:
            kept = range(
                self.offer_quarter, self.offer_quarter + (self.offer_quarters or self.topic.quarters)
            )
        self.cells.all().delete()
        self.offer_quarter = self.offer_quarters = self.offer_until = None
        return kept

    def _end(self, state: str) -> None:
        self.state, self.ended_at = state, timezone.now()
        self.save()


def _kept_until(now: datetime, starts_at: datetime) -> datetime:
    """Some hours; whoever is asked late in the day may sleep over it. Never until it has nearly begun."""
    until = now + HOLD
    local = until.astimezone(zone())
    if local.hour >= NIGHT[0] or local.hour < NIGHT[1]:
        morning = local + timedelta(days=1) if local.hour >= NIGHT[0] else local
        until = morning.replace(hour=NIGHT[1], minute=0, second=0, microsecond=0)
    return min(until, starts_at - ASK_BEFORE / 2)


class AppointmentCell(models.Model):
    """One quarter-hour at one counter, taken. That it is taken once, the database sees to."""

    counter = models.ForeignKey(Counter, models.CASCADE, related_name="+", verbose_name=_("counter"))
    quarter = models.BigIntegerField(_("quarter-hour"))
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, null=True, related_name="cells", verbose_name=_("appointment")
    )
    # Kept for somebody of the waiting list, until they answer.
    place = models.ForeignKey(
        WaitingPlace,
        models.CASCADE,
        null=True,
        related_name="cells",
        verbose_name=_("place on the waiting list"),
    )

    objects = CellQuerySet.as_manager()

    class Meta:
        verbose_name = _("quarter-hour that is taken")
        verbose_name_plural = _("quarter-hours that are taken")
        ordering = ["quarter", "counter"]
        constraints = [
            models.UniqueConstraint(fields=["counter", "quarter"], name="cell_is_taken_once"),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, place__isnull=True)
                | Q(appointment__isnull=True, place__isnull=False),
                name="cell_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counter_id} · {self.quarter}"


class AppointmentLink(models.Model):
    """What opens one appointment, or one place on the list, without an account. The token itself is kept nowhere.

    Each message carries one of its own, drawn when it is sent, so that none has to be kept to be sent again.
    """

    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, null=True, related_name="links", verbose_name=_("appointment")
    )
    place = models.ForeignKey(
        WaitingPlace,
        models.CASCADE,
        null=True,
        related_name="links",
        verbose_name=_("place on the waiting list"),
    )
    # The fact that a message tells, so that it is ordered once.
    event = models.PositiveBigIntegerField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("link to an appointment")
        verbose_name_plural = _("links to appointments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, place__isnull=True)
                | Q(appointment__isnull=True, place__isnull=False),
                name="appointment_link_opens_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def opened_by(cls, token: str, field: str) -> Any:
        """The appointment (or place) that the token opens, or None. Found by its digest, compared in constant time.

        Two weeks after the day it opens nothing any more: a message lies about for years, in a phone that is sold.
        """
        wanted = digest(token)
        link = cls.objects.filter(digest=wanted).exclude(**{field: None}).first()
        if link is None or not constant_time_compare(link.digest, wanted):
            return None
        model = Appointment if field == "appointment" else WaitingPlace
        found = model.objects.select_related("desk", "topic").get(pk=getattr(link, f"{field}_id"))
        return found if timezone.localdate() <= found.links_end_on else None

    def draw(self) -> str:
        """A token for this link; the one before opens nothing any more."""
        token = new_token()
        self.digest = digest(token)
        self.save(update_fields=["digest"])
        return token


@transaction.atomic
def close_desk(
    desk: Desk, first_day: date, last_day: date, reason: str, *, by: Any
) -> tuple[DeskClosure, int]:
    """Close a desk on some days. Whoever is booked then is told at once, and may move.

    Returns the closure and how many were told. The same once more is the same closure. Raises PermissionDenied, and
    ValidationError for days that are over, more than a year of them, or some that are closed already.
    """
    if not by.has_perm("portal.keep_appointments"):
        raise PermissionDenied
    Desk.objects.select_for_update(of=("self",)).get(pk=desk.pk)  # two do not close it at once
    closure = DeskClosure.objects.filter(desk=desk, first_day=first_day, last_day=last_day).first()
    if closure is None:
        closure = DeskClosure(desk=desk, first_day=first_day, last_day=last_day, reason=reason)
        closure.full_clean()
        closure.save()
        record("portal.desk.closed", desk, by=by, desk=desk.pk)
    return closure, tell_displaced(closure, by=by)


def displaced_by(desk: Desk, first_day: date, last_day: date) -> AppointmentQuerySet:
    """Who is booked at that desk on those days, both included."""
    first, last = quarters_of_day(first_day)[0], quarters_of_day(last_day)[-1]
    first = max(first, quarter_of(timezone.now()))
    return Appointment.objects.booked().filter(desk=desk, quarter__gte=first, quarter__lte=last)


def tell_displaced(closure: DeskClosure, *, by: Any = None) -> int:
    """Tell whoever is booked in a closure and has not been told; how many that were.

    What is kept then for somebody who waits is taken back.
    """
    first, last = quarters_of_day(closure.first_day)[0], quarters_of_day(closure.last_day)[-1]
    offered = WaitingPlace.objects.filter(
        desk=closure.desk_id, state="offered", offer_quarter__gte=first, offer_quarter__lte=last
    )
    for place in offered:
        place.withdraw(by=by)
    booked = displaced_by(closure.desk, closure.first_day, closure.last_day).filter(told_closure=None)
    return sum(appointment.tell_closure(closure, by=by) for appointment in booked)


@transaction.atomic
def reopen_desk(closure: DeskClosure, *, by: Any) -> None:
    """The desk opens on those days after all: whoever waits is asked.

    Whoever was told and has not moved is still booked.
    """
    if not by.has_perm("portal.keep_appointments"):
        raise PermissionDenied
    record("portal.desk.reopened", closure.desk, by=by, desk=closure.desk_id)
    desk, day = closure.desk, max(closure.first_day, timezone.localdate())
    until = min(closure.last_day, last_day(closure.desk))
    closure.delete()
    while day <= until and WaitingPlace.objects.waiting().filter(desk=desk).exists():
        WaitingPlace.offer_freed(desk.pk, quarters_of_day(day))
        day += timedelta(days=1)
