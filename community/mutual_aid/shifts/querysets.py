from __future__ import annotations

from datetime import date, datetime, timedelta

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from community.mutual_aid.neighbourhood import AudienceQuerySet, coordinated_by, member_of
from community.mutual_aid.presence import ASKED_FOR, SAID_WITHIN, PresenceQuerySet
from community.mutual_aid.taking_part import may_run
from community.safety.areas import areas_coordinated
from community.safety.roles import caseworker

from .words import HELD, TAKEN
from .workflow import NOBODY_CAME

REGULAR_FOR = timedelta(days=120)  # whoever was there within that time is asked first


class ShiftPlanQuerySet(AudienceQuerySet):
    def run_by(self, user) -> ShiftPlanQuerySet:
        """What somebody keeps: their own, and those of an organization that they coordinate; the rule
        `community.run_shifts` for many."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if caseworker(user):
            return self
        return self.kept_by(user)

    def kept_by(self, user) -> ShiftPlanQuerySet:
        """What somebody organizes or coordinates, whatever they are to the agency: the predicate `runs` for many."""
        if not may_run.test(user):
            return self.none()
        return self.filter(Q(organizer=user) | Q(host__in=coordinated_by(user)))

    def visible_to(self, user) -> ShiftPlanQuerySet:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if caseworker(user):
            return self
        near = self.within_reach_of(user)
        return (near | self.run_by(user)).distinct()

    def running(self) -> ShiftPlanQuerySet:
        """With days still to come."""
        return self.filter(Q(last_day=None) | Q(last_day__gte=timezone.localdate()))


class ShiftQuerySet(models.QuerySet):
    def visible_to(self, user) -> ShiftQuerySet:
        """The rule `community.view_shift` for many: those of the plans that somebody sees, and their own ones."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        plans = self.model._meta.get_field("plan").related_model.objects.visible_to(user)
        seen = self.filter(Q(plan__in=plans) | self._with_a_place_of(user))
        if member_of(user):  # nobody else is asked about what they do not see anyway
            seen |= self.to_confirm_by(user)
        return seen.distinct()

    def discussed_by(self, user) -> ShiftQuerySet:
        """The rule `community.discuss_shift` for many."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        plans = self.model.plan.field.related_model.objects.kept_by(user)
        return self.filter(Q(plan__in=plans) | self._with_a_place_of(user))

    def _with_a_place_of(self, user) -> Q:
        """The rule `has_a_place` for many."""
        places = self.model._meta.get_field("places").related_model.objects
        return Q(pk__in=places.taken().believed().filter(person=user).values("shift"))

    def of_week(self, monday: date) -> ShiftQuerySet:
        return self.filter(day__gte=monday, day__lt=monday + timedelta(days=7))

    def coming(self) -> ShiftQuerySet:
        return self.filter(cancelled_at=None, starts_at__gt=timezone.now())

    def held_by(self, user) -> ShiftQuerySet:
        return self.filter(places__person=user, places__state__in=TAKEN)

    def run_by(self, user) -> ShiftQuerySet:
        return self.filter(plan__in=self.model.plan.field.related_model.objects.run_by(user))

    def to_confirm_by(self, user) -> ShiftQuerySet:
        """In which somebody's own word waits for that of this person: `community.vouch_in_shift` for many."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        places = self.model._meta.get_field("places").related_model.objects
        plans = self.model.plan.field.related_model.objects
        areas = areas_coordinated(user) if coordinated_by(user) else ()
        waiting, there = places.to_confirm_by(user), places.were_there().filter(person=user)
        asked = Q(plan__host__in=member_of(user)) | Q(plan__municipality__in=areas)
        return self.filter(
            Q(plan__in=plans.run_by(user), pk__in=waiting.values("shift"))
            | Q(pk__in=waiting.of_organizers().values("shift")) & (asked | Q(pk__in=there.values("shift")))
        )

    def to_note(self, user) -> ShiftQuerySet:
        """Over, and this person is to say who was there: of all, where they run it; else of those who have said so
        themselves. A neighbour is asked only where it brings hours."""
        over = self._asked_about()
        return (over.run_by(user).filter(self._nothing_said) | over.to_confirm_by(user)).distinct()

    def unsaid(self) -> ShiftQuerySet:
        """Of which somebody is still to say who was there, whoever it is."""
        places = self.model._meta.get_field("places").related_model.objects
        unconfirmed = Q(pk__in=places.unconfirmed().values("shift"))
        return self._asked_about().filter(self._nothing_said | unconfirmed)

    def _asked_about(self) -> ShiftQuerySet:
        now = timezone.now()
        over = self.filter(ends_at__lt=now, ends_at__gt=now - ASKED_FOR, cancelled_at=None)
        return over.filter(Q(plan__credits_hours=True) | ~Q(plan__host=None))

    @property
    def _nothing_said(self) -> Q:
        """Somebody with a place may have been there or not; where nobody had one, somebody may have come all the same:
        that is asked as long as they can say so themselves."""
        places = self.model._meta.get_field("places").related_model.objects
        is_empty = ~Exists(places.taken().filter(shift=OuterRef("pk"))) & ~_said_empty()
        recently = Q(ends_at__gt=timezone.now() - SAID_WITHIN)
        return Q(pk__in=places.held().values("shift")) | (recently & is_empty)

    def with_said_empty(self) -> ShiftQuerySet:
        """`said_empty`: whoever runs it has said that nobody came."""
        return self.annotate(said_empty=_said_empty())

    def starting_before(self, moment: datetime) -> ShiftQuerySet:
        return self.filter(starts_at__lt=moment)

    def with_counts(self) -> ShiftQuerySet:
        """`wanted` places in all, `taken` ones, and those whose holder looks for somebody (`swaps`)."""
        places = self.model._meta.get_field("places").related_model.objects.filter(shift=OuterRef("pk"))
        roles = self.model.plan.field.related_model._meta.get_field("roles").related_model.objects
        wanted = roles.filter(plan=OuterRef("plan")).order_by().values("plan").annotate(n=Sum("places"))

        def count(states) -> Coalesce:
            found = places.filter(state__in=states).order_by().values("shift").annotate(n=Count("pk"))
            return Coalesce(Subquery(found.values("n"), output_field=IntegerField()), 0)

        return self.annotate(
            wanted=Coalesce(Subquery(wanted.values("n"), output_field=IntegerField()), 0),
            taken=count(TAKEN),
            swaps=count(["swap_wanted"]),
        )

    def short(self) -> ShiftQuerySet:
        """Not full, or with somebody who looks for a stand-in."""
        return self.with_counts().filter(Q(taken__lt=F("wanted")) | Q(swaps__gt=0))

    def with_plans(self) -> ShiftQuerySet:
        return self.select_related(
            "plan__area__building", "plan__building", "plan__municipality", "plan__host", "plan__organizer"
        )


def _said_empty() -> Exists:
    shifts = ContentType.objects.get_for_model(apps.get_model("community", "Shift"))
    facts = apps.get_model("portal", "Event").objects.filter(content_type=shifts, kind=NOBODY_CAME)
    return Exists(facts.filter(object_id=Cast(OuterRef("pk"), CharField())))


class ShiftPlaceQuerySet(PresenceQuerySet):
    ORGANIZER = "shift__plan__organizer"

    def for_statements(self) -> ShiftPlaceQuerySet:
        return self.select_related("shift__plan")

    def taken(self) -> ShiftPlaceQuerySet:
        return self.filter(state__in=TAKEN)

    def held(self) -> ShiftPlaceQuerySet:
        """Still to be worked."""
        return self.filter(state__in=HELD)

    def denied(self) -> ShiftPlaceQuerySet:
        """Of those who say that they were there without a place, and whoever runs it says that they were not."""
        return self.filter(state="withdrawn", came_unannounced=True, is_vouched=True)

    def regulars(self, plan) -> ShiftPlaceQuerySet:
        """Places of those who have been in the plan's shifts lately, or are to be."""
        since = timezone.localdate() - REGULAR_FOR
        return self.taken().believed().filter(shift__plan=plan, shift__day__gte=since).exclude(person=None)
