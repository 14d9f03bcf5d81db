from __future__ import annotations

from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.keys import AlreadySent, Overtaken
from community.mutual_aid.calling_off import CalledOffMixin
from community.mutual_aid.exchanges.terms import LATE_WITHIN
from community.mutual_aid.neighbourhood import (
    AudienceMixin,
    coordinated_by,
    coordinators_of,
    people_within,
)
from community.mutual_aid.presence import PresenceMixin, who_may_be_added
from community.mutual_aid.sent_once import SentOnceMixin, lock_people
from community.mutual_aid.taking_part import may_run
from community.safety.barriers import may_reach
from portal.events import history_of, record
from portal.ui.words import isolated, listed

from .querysets import ShiftPlaceQuerySet, ShiftPlanQuerySet, ShiftQuerySet
from .weekdays import ALL, falls_on, in_words
from .words import HELD, TAKEN, PlaceState, SwapState, Work
from .workflow import FACTS, NOBODY_CAME, Elsewhere, Full, NotNow, TooFew, target_of

TEXT_LIMIT = 600  # characters
STEP = 30  # minutes: the time bank counts in half hours (DOMAIN.md §6)
LONGEST = 480  # minutes
LAID_OUT = timedelta(days=28)  # so far ahead shifts stand in the list
SHORT = timedelta(hours=48)  # so long before it begins a shift that is not full is called out
MOST_PLACES = 30


class ShiftPlan(SentOnceMixin, AudienceMixin):
    """A work that comes round: on which days, from when, for how long, and whom it needs. Times are those of Rome."""

    name = models.CharField(_("what it is called"), max_length=80)
    work = models.CharField(_("what kind of work"), max_length=20, choices=Work.choices)
    text = models.TextField(_("what there is to do"), max_length=TEXT_LIMIT, blank=True)
    area = models.ForeignKey(
        "portal.CommonArea",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("where it is"),
    )
    host = models.ForeignKey(
        "portal.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("which organization runs it"),
    )
    organizer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who organizes it"),
    )
    weekdays = models.PositiveSmallIntegerField(_("on which days"))
    starts_at = models.TimeField(_("from what time"))
    minutes = models.PositiveSmallIntegerField(_("how long"))
    first_day = models.DateField(_("first day"), default=timezone.localdate)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    credits_hours = models.BooleanField(_("counts in the time bank"), default=True)

    # What a form says of it, besides its tasks.
    TOLD = (
        "name", "work", "text", "audience", "municipality_id", "building_id", "organization_id", "area_id", "host_id",
        "weekdays", "starts_at", "minutes", "first_day", "last_day", "credits_hours",
    )  # fmt: skip

    objects = ShiftPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of shifts")
        verbose_name_plural = _("plans of shifts")
        ordering = ["name", "id"]
        constraints = [
            *AudienceMixin.Meta.constraints,
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=ALL), name="shift_plan_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(minutes__in=range(STEP, LONGEST + 1, STEP)), name="shift_plan_in_half_hours"
            ),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="shift_plan_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('community:shifts')}?plan={self.pk}"

    @property
    def icon(self) -> str:
        return Work(self.work).icon

    @property
    def place_name(self) -> str:
        """Where it is, as far as it is known."""
        parts = (self.area, (self.area and self.area.building) or self.building or self.municipality)
        return " · ".join(isolated(str(part)) for part in parts if part)

    @property
    def rhythm(self) -> str:
        """When it comes round: "every Tuesday, Thursday, 16:30–18:30"."""
        ends = datetime.combine(self.first_day, self.starts_at) + timedelta(minutes=self.minutes)
        return listed([in_words(self.weekdays), isolated(f"{self.starts_at:%H:%M}–{ends:%H:%M}")])

    def next_day(self) -> date | None:
        """The first day of today or later for which a shift is laid out."""
        coming = self.shifts.filter(day__gte=timezone.localdate(), cancelled_at=None)
        return coming.order_by("day").values_list("day", flat=True).first()

    @property
    def reportable_author(self):
        """Who answers for what stands here (community.safety)."""
        return self.organizer

    @property
    def reportable_text(self) -> str:
        return self.text

    def is_over(self) -> bool:
        """No day is still to come."""
        return self.last_day is not None and self.last_day < timezone.localdate()

    def never_began(self) -> bool:
        """It was ended before its first day came."""
        return self.is_over() and not self.shifts.filter(day__lte=self.last_day).exists()

    @classmethod
    @transaction.atomic
    def publish(cls, *, by, client_id, tasks: list[tuple[str, int]], **told) -> tuple[ShiftPlan, bool]:
        """Plan it and lay its shifts out, and whether that is new: a form sent again is the same plan. `tasks`: what
        somebody does, and how many do. Raises ClientIdTaken or AlreadySent."""
        if known := cls.sent_before(by=by, client_id=client_id, **told):
            if list(known.roles.values_list("name", "places")) != tasks:
                raise AlreadySent(known)
            return known, False
        plan = cls.objects.create(client_id=client_id, organizer=by, **told)
        for position, (name, places) in enumerate(tasks, start=1):
            plan.roles.create(name=name, places=places, position=position)
        plan.lay_out()
        record("community.shift_plan.made", plan, by=by)
        return plan, True

    @transaction.atomic
    def lay_out(self, until: date | None = None) -> int:
        """Make the shifts of the coming four weeks, or until that day; those that stand are left alone. How many."""
        plan, today = self._locked(), timezone.localdate()
        until = min(filter(None, (until or today + LAID_OUT, plan.last_day)))
        start = max(plan.first_day, today)
        days = [start + timedelta(days=n) for n in range((until - start).days + 1)]
        there = set(plan.shifts.filter(day__gte=start).values_list("day", flat=True))
        fresh = [
            Shift(plan=plan, day=day, **_moments(day, plan.starts_at, plan.minutes))
            for day in days
            if plan._falls_on(day) and day not in there
        ]
        return len(Shift.objects.bulk_create(fresh, ignore_conflicts=True))

    @transaction.atomic
    def change(
        self, *, by, seen: str | None = None, tasks: list[tuple[str, int]] | None = None, **told
    ) -> None:
        """Save what a form has changed, and bring the coming shifts in line with it; `tasks` as in `publish`, `seen`
        the version that the form was filled in for. Sent again it changes nothing.

        A shift in which somebody has a place moves with the plan's time of day; one that falls on no day of the plan
        any more is taken away where nobody has a place, and stays where somebody has. Raises Overtaken where somebody
        else has changed it meanwhile, NotNow where it was ended, TooFew where more people have signed up for a task
        than it shall have.
        """
        plan = self._locked()
        coming = plan._lock_coming()
        changed, tasks = plan.differing(told), tasks or []
        if not changed and plan._has_tasks(tasks):
            return
        if plan.was_ended():
            raise NotNow(gettext("These shifts were ended. If they are to go on, plan new ones."))
        if seen is not None and seen != plan.version:
            raise Overtaken(plan.version)
        for name, value in changed.items():
            setattr(plan, name, value)
        plan.save(update_fields=list(changed))
        plan._set_tasks(tasks)
        kept = set(ShiftPlace.objects.taken().filter(shift__in=coming).values_list("shift", flat=True))
        for shift in coming:
            if not plan._falls_on(shift.day) and shift.pk not in kept:
                shift.delete()
                continue
            moments = _moments(shift.day, plan.starts_at, plan.minutes)
            moves = (shift.starts_at, shift.ends_at) != (moments["starts_at"], moments["ends_at"])
            if moves and moments["starts_at"] > timezone.now():  # nobody has been where nobody was told to be
                shift.tell_calendars(**moments)
                record("community.shift.moved", shift, by=by)
        plan.lay_out()
        record("community.shift_plan.changed", plan, by=by)
        self.refresh_from_db()

    @transaction.atomic
    def end(self, *, by) -> None:
        """There is no other shift from tomorrow on; whoever has a place in one hears that it is off. Again is
        harmless."""
        plan, today = self._locked(), timezone.localdate()
        coming = plan._lock_coming()
        if plan.last_day is None or plan.last_day > today:
            # One that was still to begin never does.
            plan.last_day = today if plan.first_day <= today else today - timedelta(days=1)
            plan.first_day = min(plan.first_day, plan.last_day)
            plan.save(update_fields=["first_day", "last_day"])
            for shift in coming:
                if shift.day > plan.last_day:
                    shift.call_off(by=by)
            record("community.shift_plan.ended", plan, by=by)
        self.refresh_from_db(fields=["first_day", "last_day"])

    def was_ended(self) -> bool:
        """By a word of whoever runs it, and not only by a last day that was planned."""
        return history_of(self).filter(kind="community.shift_plan.ended").exists()

    @property
    def version(self) -> str:
        told = [str(getattr(self, name)) for name in self.TOLD]
        tasks = [(role.name, role.places) for role in self.roles.all()]
        return sha256(repr((told, tasks)).encode()).hexdigest()

    def _locked(self) -> ShiftPlan:
        """The row as it stands. Locked before its shifts, and those before its tasks; whoever signs up for one of the
        shifts need not wait (no_key)."""
        return ShiftPlan.objects.select_for_update(no_key=True).get(pk=self.pk)

    def _lock_coming(self) -> list[Shift]:
        """The coming shifts, locked by their numbers: as whoever swaps does."""
        return list(self.shifts.select_for_update(of=["self"]).coming().order_by("pk"))

    def _falls_on(self, day: date) -> bool:
        ends = self.last_day or day
        return self.first_day <= day <= ends and falls_on(day, self.weekdays)

    def _has_tasks(self, tasks: list[tuple[str, int]]) -> bool:
        """Whether these stand there already; those that are not named stay as they are."""
        return list(self.roles.values_list("name", "places"))[: len(tasks)] == tasks

    def _set_tasks(self, tasks: list[tuple[str, int]]) -> None:
        """The first of them are those that stand already, under new names perhaps; none is taken away."""
        roles = list(self.roles.all())
        # First out of each other's way: two that change places would meet under one name.
        for role in roles[: len(tasks)]:
            ShiftRole.objects.filter(pk=role.pk).update(name=f"#{role.pk}")
        for position, (name, places) in enumerate(tasks, start=1):
            if position > len(roles):
                self.roles.create(name=name, places=places, position=position)
                continue
            role = roles[position - 1]
            if places < (taken := role.taken()):
                raise TooFew(position, taken)
            ShiftRole.objects.filter(pk=role.pk).update(name=name, places=places)


def _not_there(*, own: bool) -> str:
    return (
        gettext("It is noted that you were not there. Tell whoever runs it.")
        if own
        else gettext("It is noted that this person was not there. Correct it in the list.")
    )


def _moments(day: date, starts_at: time, minutes: int) -> dict[str, datetime]:
    start = timezone.make_aware(datetime.combine(day, starts_at))
    return {"starts_at": start, "ends_at": start + timedelta(minutes=minutes)}


class ShiftRole(models.Model):
    """What somebody does in the plan's shifts, and how many are needed for it."""

    plan = models.ForeignKey(ShiftPlan, models.CASCADE, related_name="roles", verbose_name=_("plan"))
    name = models.CharField(_("what they do"), max_length=60)
    places = models.PositiveSmallIntegerField(_("how many people"), default=1)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("task in a shift")
        verbose_name_plural = _("tasks in a shift")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(places__gte=1, places__lte=MOST_PLACES), name="shift_role_has_places"
            ),
            models.UniqueConstraint(fields=["plan", "name"], name="shift_role_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def taken(self) -> int:
        """How many it needs at least: the highest place that somebody holds in a shift still to come."""
        held = ShiftPlace.objects.held().filter(role=self, shift__starts_at__gt=timezone.now())
        return held.aggregate(most=Max("number"))["most"] or 0


class Shift(CalledOffMixin):
    """One day of a plan."""

    plan = models.ForeignKey(ShiftPlan, models.CASCADE, related_name="shifts", verbose_name=_("plan"))
    day = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    called_out_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # How often a calendar has had to be told anew.
    sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["day", "plan"], name="shift_of_day")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "day"], name="shift_once_a_day"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.plan.name

    def get_absolute_url(self) -> str:
        return reverse("community:shift", args=[self.pk])

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def takes_people(self) -> bool:
        return not self.is_off and not self.has_begun

    @property
    def is_near(self) -> bool:
        """So near that whoever gives up their place leaves the others no time."""
        return self.starts_at - timezone.now() < LATE_WITHIN

    @property
    def is_past(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def length(self) -> int:
        """In minutes: what was worked, whatever the plan says by now."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    facts_in_conversation = frozenset(
        f"community.shift.{fact}" for fact in ("joined", "taken_over", "swapped", "moved", "called_off")
    )

    def people_in_conversation(self) -> list:
        """Those with a place, and whoever organizes."""
        people = [place.person for place in self.places.taken().believed().select_related("person")]
        return [person for person in dict.fromkeys([self.plan.organizer, *people]) if person]

    def discussed_among(self, people: list) -> list:
        """Of these people those who may discuss it: the rule `community.discuss_shift` for many people."""
        organizer = self.plan.organizer_id
        allowed = coordinators_of(self.plan.host_id)
        allowed |= {person.pk for person in people if person.pk == organizer and may_run.test(person)}
        allowed |= set(self.places.taken().believed().values_list("person", flat=True))
        return [person for person in people if person.pk in allowed]

    def place_of(self, person) -> ShiftPlace | None:
        return self.places.taken().filter(person=person).first()

    @transaction.atomic
    def sign_up(self, role: ShiftRole, *, by) -> ShiftPlace:
        """A place for this person; asked again, the one they have. Raises Full, Elsewhere or NotNow."""
        lock_people(by)
        shift = self._locked()
        if mine := shift.place_of(by):
            return mine
        shift._still_to_come()
        shift._free_for(by)
        role.refresh_from_db()
        if role.plan_id != shift.plan_id:
            raise ValueError("a task of another plan")
        used = set(shift.places.taken().filter(role=role).values_list("number", flat=True))
        number = next((n for n in range(1, role.places + 1) if n not in used), None)
        if number is None:
            raise Full(
                gettext("Somebody else was faster: all places for “%(task)s” are taken.") % {"task": role}
            )
        place = shift.places.create(role=role, number=number, person=by)
        record("community.shift.joined", shift, by=by, place=place.pk)
        return place

    @transaction.atomic
    def call_off(self, *, by, because: str = "") -> None:
        """It does not take place. Again is harmless, and changes nothing. Raises NotNow once it has begun."""
        shift = self._locked()
        if not shift.is_off:
            shift._still_to_come()
            shift.tell_calendars(cancelled_at=timezone.now(), off_because=because)
            record("community.shift.called_off", self, by=by)
        self.refresh_from_db()

    def tell_calendars(self, **changes) -> None:
        """Save what calendars have to be told of."""
        Shift.objects.filter(pk=self.pk).update(
            **changes, sequence=F("sequence") + 1, changed_at=timezone.now()
        )

    @transaction.atomic
    def all_were_there(self, *, by) -> None:
        """Of everybody of whom nothing is said yet. Again is harmless."""
        shift = self._locked()
        for place in shift.places.held().order_by("pk"):
            place.attend(by=by)

    @transaction.atomic
    def nobody_came(self, *, by) -> None:
        """Of a shift in which nobody has a place: nobody came without one either. Again is harmless. Raises NotNow."""
        shift = self._locked()
        if shift.is_off:
            raise NotNow(gettext("This shift is off."))
        if not shift.is_past:
            raise NotNow(gettext("This shift is not over yet."))
        if shift.places.taken().exists():
            raise NotNow(gettext("Somebody stands in the list: say there whether they came."))
        if not history_of(shift).filter(kind=NOBODY_CAME).exists():
            record(NOBODY_CAME, shift, by=by)

    @transaction.atomic
    def turn_up(self, person, *, by, role: ShiftRole | None = None) -> None:
        """Somebody was there without a place: whoever runs it says so, or they themselves, which somebody else has to
        confirm. They get a place, for the task of the plan that is said, beyond those that were wanted if need be.
        Again is harmless. Raises NotNow or Elsewhere."""
        lock_people(person)
        shift = self._locked()
        place = shift.place_of(person)
        if place is None:
            shift._admit(person, by=by)
            place = shift.places.create(person=person, came_unannounced=True, **shift._one_more_place(role))
            place.attend(by=by)
            if by != person:
                record("community.shift.added", shift, by=by, place=place.pk, person=person.pk)
        elif place.is_held or (by != person and place.waits_for_a_witness):
            place.attend(by=by)
        elif place.state == PlaceState.MISSED:
            raise NotNow(_not_there(own=by == person))

    def _admit(self, person, *, by) -> None:
        """Raises NotNow or Elsewhere where somebody without a place cannot have been there."""
        elsewhere = self._at_the_same_time(person).filter(state__in=(*HELD, PlaceState.ATTENDED))
        if by == person and elsewhere.exists():
            raise Elsewhere(gettext("At that time there is a place in another shift: nobody is in two."))
        if by == person and self.places.denied().filter(person=person).exists():
            raise NotNow(_not_there(own=True))
        # Whoever runs it does not hear why: where somebody is at what time is theirs.
        if (
            not person.has_perm("community.join_shift", self)
            or not may_reach(by, person)
            or elsewhere.exists()
        ):
            raise NotNow(gettext("This person cannot be added here."))

    def _one_more_place(self, task: ShiftRole | None) -> dict:
        """The first that is free for this task, or for any; where none is, one more for it, or for the first."""
        roles = [task] if task else list(self.plan.roles.all())
        used = {role.pk: set() for role in roles}
        for role, number in self.places.taken().filter(role__in=used).values_list("role", "number"):
            used[role].add(number)
        for role in roles:
            for number in range(1, role.places + 1):
                if number not in used[role.pk]:
                    return {"role": role, "number": number}
        return {"role": roles[0], "number": max(used[roles[0].pk]) + 1}

    def may_have_come(self, *, by) -> QuerySet:
        """Those among whom whoever runs it finds who came without a place. Nobody searches all the people who live
        somewhere: whoever runs it knows these by name from what they have run, or from their organization."""
        host = self.plan.host_id
        met = ShiftPlace.objects.taken().believed().filter(shift__in=Shift.objects.run_by(by))
        known = Q(pk__in=met.values("person")) | Q(pk__in=self.places.values("person"))
        if host in coordinated_by(by):
            known |= Q(organization_memberships__organization=host, organization_memberships__until=None)
        return who_may_be_added(people_within(self.plan).filter(known), by=by, organizer=self.plan.organizer)

    def could_come(self, *, by) -> QuerySet:
        """Those whom whoever runs it may ask to take a place: known to them (`may_have_come`), without a place here,
        and expected in no other shift at that time."""
        taken = ShiftPlace.objects.taken().filter(shift=self)
        busy = ShiftPlace.objects.held().filter(_overlapping(self))
        people = self.may_have_come(by=by)
        for places in (taken, busy):
            people = people.exclude(pk__in=places.exclude(person=None).values("person"))
        return people

    def asked(self) -> set[int]:
        """Ids of those who have been asked to come."""
        events = history_of(self).filter(kind="community.shift.asked")
        return {event.data["person"] for event in events}

    @transaction.atomic
    def ask(self, person, *, by) -> None:
        """Ask somebody to take a place. Nobody is asked twice for one shift: again is harmless. Raises NotNow."""
        shift = self._locked()
        shift._still_to_come()
        if person.pk in shift.asked():
            return
        free = shift.could_come(by=by).filter(pk=person.pk).exists()
        if not free or not person.has_perm("community.join_shift", shift):
            raise NotNow(gettext("This person cannot be asked now."))
        record("community.shift.asked", shift, by=by, person=person.pk)

    @transaction.atomic
    def call_out(self) -> None:
        """Say once that somebody is missing."""
        if Shift.objects.filter(pk=self.pk, called_out_at=None).update(called_out_at=timezone.now()):
            record("community.shift.short", self)

    def _locked(self) -> Shift:
        return Shift.objects.select_for_update(of=["self"]).select_related("plan").get(pk=self.pk)

    def _still_to_come(self) -> None:
        if self.is_off:
            raise NotNow(gettext("This shift is off."))
        if self.has_begun:
            raise NotNow(gettext("This shift has begun already."))

    def _free_for(self, person) -> None:
        if other := self._elsewhere(person).first():
            raise Elsewhere(
                gettext("At that time you are in another shift: “%(shift)s”. Give that place up first.")
                % {"shift": other.shift},
                shift=other.shift,
            )

    def _elsewhere(self, person) -> ShiftPlaceQuerySet:
        """The places by which somebody is expected in another shift at that time."""
        return self._at_the_same_time(person).held().exclude(shift=self).select_related("shift__plan")

    def overlaps(self, other: Shift) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def _at_the_same_time(self, person) -> ShiftPlaceQuerySet:
        """Their places in shifts that overlap with this one."""
        return ShiftPlace.objects.filter(_overlapping(self), person=person)


def _overlapping(shift: Shift) -> Q:
    """Of places: in a shift that takes place at the same time."""
    return Q(shift__cancelled_at=None, shift__starts_at__lt=shift.ends_at, shift__ends_at__gt=shift.starts_at)


class ShiftPlace(PresenceMixin):
    """That somebody takes part in a shift: a cell of shift, task and number, so that no place is given twice."""

    BOOKED_AS, MEETING = "shift-place", "shift"

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="places", verbose_name=_("shift"))
    role = models.ForeignKey(ShiftRole, models.PROTECT, related_name="+", verbose_name=_("task"))
    number = models.PositiveSmallIntegerField(editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=PlaceState.choices, default=PlaceState.SIGNED, editable=False
    )
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = ShiftPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a shift")
        verbose_name_plural = _("places in shifts")
        ordering = ["shift", "role__position", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "role", "number"],
                condition=Q(state__in=TAKEN),
                name="shift_place_given_once",
            ),
            models.UniqueConstraint(
                fields=["shift", "person"], condition=Q(state__in=TAKEN), name="person_once_in_a_shift"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PlaceState.values), name="shift_place_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["shift"],
                condition=Q(state="attended", is_vouched=False),
                name="shift_place_to_confirm",
            )
        ]

    def __str__(self) -> str:
        return f"{self.shift} · {self.role}"

    @property
    def is_held(self) -> bool:
        return self.state in HELD

    def seek_swap(self, *, by) -> None:
        """Look for somebody to step in. Until somebody does, the place is still theirs to work."""
        self._plain_step("seek_swap", by=by)

    def keep(self, *, by) -> None:
        self._plain_step("keep", by=by)

    @transaction.atomic
    def withdraw(self, *, by) -> None:
        """Give the place up. At the last moment the others hear at once, and whoever could come is asked."""
        was_full = not Shift.objects.short().filter(pk=self.shift._locked().pk).exists()
        place, shift = self._step("withdraw", by=by)
        fact = "withdrawn"
        if shift.is_near:
            fact = "withdrawn_late"
            # They are asked now; nobody needs to be asked once more within the hour.
            Shift.objects.filter(pk=shift.pk).update(called_out_at=timezone.now())
        elif was_full:
            # Whom it lacked before was found: whoever could come is asked anew.
            Shift.objects.filter(pk=shift.pk).update(called_out_at=None)
        record(f"community.shift.{fact}", shift, by=by, place=place.pk, person=place.person_id)

    def attend(self, *, by) -> None:
        """Somebody saw them there. Of themselves it is a note, which somebody else has to confirm. Whoever has lost a
        place by being denied gets one anew."""
        if self.state == PlaceState.WITHDRAWN and self.was_denied and self.person:
            self.shift.turn_up(self.person, by=by, role=self.role)
        else:
            self._note("attend", by=by)

    def miss(self, *, by) -> None:
        self._note("miss", by=by)

    @transaction.atomic
    def take_over(self, *, by) -> None:
        """Somebody else steps in: the place is theirs from now on. The second to press hears that it is taken."""
        lock_people(by)
        place, shift = self._locked()
        if place.person_id == by.pk:
            return  # sent twice
        shift._still_to_come()
        if shift.place_of(by):
            raise NotNow(gettext("You have a place in this shift already."))
        if place.state != PlaceState.SWAP_WANTED:
            raise Full(gettext("Somebody else was faster: a stand-in has been found."))
        shift._free_for(by)
        former = place.person_id
        place._become("take_over", person=by)
        record("community.shift.taken_over", shift, by=by, place=place.pk, former=former)
        self.refresh_from_db()

    def _locked(self) -> tuple[ShiftPlace, Shift]:
        """Shift first, then place: everybody locks in this order."""
        shift = self.shift._locked()
        return ShiftPlace.objects.select_for_update(of=["self"]).get(pk=self.pk), shift

    @transaction.atomic
    def _plain_step(self, verb: str, *, by) -> None:
        place, shift = self._step(verb, by=by)
        record(f"community.shift.{FACTS[verb]}", shift, by=by, place=place.pk, person=place.person_id)

    def _step(self, verb: str, *, by) -> tuple[ShiftPlace, Shift]:
        place, shift = self._locked()
        if place.person_id != by.pk:
            # Swapped or taken over while they pressed.
            raise NotNow(gettext("This place is not yours any more: somebody else has it by now."))
        shift._still_to_come()
        place._become(verb)
        self.refresh_from_db()
        return place, shift

    @transaction.atomic
    def _note(self, verb: str, *, by) -> None:
        place, shift = self._locked()
        if shift.is_off:
            raise NotNow(gettext("This shift is off."))
        if not shift.has_begun:
            raise NotNow(gettext("This shift has not begun yet."))
        minutes = shift.length if shift.plan.credits_hours else 0
        if verb == "miss" and place.came_unannounced:
            verb = "deny"
        if place._say(verb, target_of(place.state, verb), minutes, by=by):
            fact = "attested" if place.waits_for_a_witness else FACTS[verb]
            record(f"community.shift.{fact}", shift, by=by, place=place.pk, person=place.person_id)
        self.refresh_from_db()

    def _become(self, verb: str, *, person=None) -> None:
        changes = {"state": target_of(self.state, verb), "since": timezone.now()}
        if person is not None:
            changes["person"] = person
        ShiftPlace.objects.filter(pk=self.pk).update(**changes)
        # What others offered for it is of no use any more.
        SwapOffer.objects.filter(Q(wanted=self) | Q(given=self), state=SwapState.OFFERED).update(
            state=SwapState.OVER
        )


class SwapOffer(models.Model):
    """Somebody offers their own place in another shift for one whose holder looks for a stand-in."""

    wanted = models.ForeignKey(ShiftPlace, models.CASCADE, related_name="offers", verbose_name=_("place"))
    given = models.ForeignKey(ShiftPlace, models.CASCADE, related_name="+", verbose_name=_("for which place"))
    offered_at = models.DateTimeField(_("offered on"), default=timezone.now, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=SwapState.choices, default=SwapState.OFFERED, editable=False
    )

    class Meta:
        verbose_name = _("offer of a swap")
        verbose_name_plural = _("offers of a swap")
        ordering = ["offered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["wanted", "given"], condition=Q(state=SwapState.OFFERED), name="swap_offered_once"
            ),
            models.CheckConstraint(condition=~Q(wanted=F("given")), name="swap_of_two_places"),
        ]

    def __str__(self) -> str:
        return f"{self.wanted} ↔ {self.given}"

    @classmethod
    @transaction.atomic
    def offer(cls, wanted: ShiftPlace, given: ShiftPlace, *, by) -> SwapOffer:
        """Offer one's own place for the other's; again is the same offer. Raises NotNow, Elsewhere, or Full."""
        if given.person_id != by.pk:
            raise ValueError("somebody else's place")
        _lock_both(wanted, given)
        wanted.refresh_from_db()
        given.refresh_from_db()
        if not may_reach(by, wanted.person):
            raise NotNow(gettext("This swap is not possible."))
        if wanted.state != PlaceState.SWAP_WANTED or wanted.person_id == by.pk:
            raise Full(gettext("Somebody else was faster: a stand-in has been found."))
        _exchangeable(wanted, given)
        offer, created = cls.objects.get_or_create(wanted=wanted, given=given, state=SwapState.OFFERED)
        if created:
            record("community.shift.swap_offered", wanted.shift, by=by, offer=offer.pk)
        return offer

    @transaction.atomic
    def accept(self, *, by) -> None:
        """Both change places, in one step. Raises NotNow where one of the two has changed meanwhile, or Elsewhere."""
        # Whose the places are does not change while the offer stands: whoever comes by one ends its offers.
        lock_people(*(place.person for place in (self.wanted, self.given) if place.person))
        _lock_both(self.wanted, self.given)
        self.refresh_from_db()
        if self.state == SwapState.ACCEPTED:
            return  # sent twice
        if self.state != SwapState.OFFERED:
            raise NotNow(gettext("This swap is not possible any more."))
        if not may_reach(self.wanted.person, self.given.person):
            raise NotNow(gettext("This swap is not possible any more."))
        _exchangeable(self.wanted, self.given)
        first, second = self.wanted.person, self.given.person
        SwapOffer.objects.filter(pk=self.pk).update(state=SwapState.ACCEPTED)
        self.wanted._become("swap", person=second)
        self.given._become("swap", person=first)
        for place, former in ((self.wanted, first), (self.given, second)):
            record("community.shift.swapped", place.shift, by=by, place=place.pk, former=former.pk)
        self.refresh_from_db()

    @transaction.atomic
    def decline(self, *, by) -> None:
        if SwapOffer.objects.filter(pk=self.pk, state=SwapState.OFFERED).update(state=SwapState.DECLINED):
            record("community.shift.swap_declined", self.wanted.shift, by=by, offer=self.pk)
        self.refresh_from_db()


def _lock_both(*places: ShiftPlace) -> None:
    """Both shifts, in one order for everybody, so that two swaps at once do not wait for each other."""
    for pk in sorted({place.shift_id for place in places}):
        Shift.objects.select_for_update(of=["self"]).get(pk=pk)._still_to_come()


def _exchangeable(wanted: ShiftPlace, given: ShiftPlace) -> None:
    """Raises ShiftError unless each of the two can work the other's shift instead of their own."""
    if not (wanted.is_held and given.is_held) or wanted.shift_id == given.shift_id:
        raise NotNow(gettext("This swap is not possible any more."))
    for place, person in ((wanted, given.person), (given, wanted.person)):
        mine = given if place is wanted else wanted
        if person is None or not person.has_perm("community.join_shift", place.shift):
            raise NotNow(gettext("This swap is not possible any more."))
        if place.shift.place_of(person):
            raise NotNow(gettext("This swap is not possible: one of you has a place in both shifts."))
        # Where somebody is at what time is theirs: the other does not hear it.
        if place.shift._elsewhere(person).exclude(pk=mine.pk).exists():
            raise NotNow(gettext("This swap is not possible: one of you has another shift at that time."))
