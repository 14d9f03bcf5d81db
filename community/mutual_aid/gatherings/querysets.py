from __future__ import annotations

from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from community.mutual_aid.neighbourhood import AudienceQuerySet, coordinated_by
from community.mutual_aid.taking_part import needs_nobody
from community.safety.barriers import unseen_by
from community.safety.roles import caseworker

from .words import OPEN, SEATED


class GatheringQuerySet(AudienceQuerySet):
    def run_by(self, user) -> GatheringQuerySet:
        """What somebody keeps: the rule `community.run_gathering` for many."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if caseworker(user):
            return self
        return self._kept_by(user)

    def _kept_by(self, user) -> GatheringQuerySet:
        """What somebody organizes or coordinates, whatever they are to the agency: the predicate `runs` for many."""
        if not needs_nobody.test(user):
            return self.none()
        return self.filter(Q(organizer=user) | Q(host__in=coordinated_by(user)))

    def visible_to(self, user) -> GatheringQuerySet:
        """The rule `community.view_gathering` for many: near, run by them, or with an answer of theirs."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if caseworker(user):
            return self
        shown = self.filter(hidden_at=None)
        invited = shown.within_reach_of(user).exclude(organizer__in=unseen_by(user))
        return (invited | self.run_by(user) | shown.answered_by(user)).distinct()

    def discussed_by(self, user) -> GatheringQuerySet:
        """The rule `community.discuss_gathering` for many."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return (self._kept_by(user) | self.filter(hidden_at=None).answered_by(user)).distinct()

    def coming(self) -> GatheringQuerySet:
        return self.filter(ends_at__gt=timezone.now())

    def over(self) -> GatheringQuerySet:
        return self.filter(ends_at__lte=timezone.now())

    def to_note(self, user) -> GatheringQuerySet:
        """Over, run by somebody, and with answers of which nobody else has said whether the person was there."""
        answers = self.model._meta.get_field("answers").related_model.objects
        unsaid = answers.filter(state="coming") | answers.unconfirmed().exclude(person=user)
        over = self.run_by(user).over().filter(cancelled_at=None)
        return over.filter(pk__in=unsaid.values("gathering"))

    def answered_by(self, user) -> GatheringQuerySet:
        return self.filter(answers__person=user, answers__state__in=[*SEATED, *OPEN])

    def with_counts(self) -> GatheringQuerySet:
        """`people`: how many come, companions included; `waiting`: how many answers wait for a seat."""
        answers = self.model._meta.get_field("answers").related_model.objects
        of_it = answers.filter(gathering=OuterRef("pk")).order_by().values("gathering")
        people = of_it.filter(state__in=SEATED).annotate(n=Sum(F("companions") + 1)).values("n")
        waiting = of_it.filter(state="waiting").annotate(n=Count("pk")).values("n")
        return self.annotate(
            people=Coalesce(Subquery(people, output_field=IntegerField()), 0),
            waiting=Coalesce(Subquery(waiting, output_field=IntegerField()), 0),
        )

    def with_places(self) -> GatheringQuerySet:
        return self.select_related("area__building", "building", "municipality", "host", "organizer")


class AnswerQuerySet(models.QuerySet):
    def seated(self) -> AnswerQuerySet:
        return self.filter(state__in=SEATED)

    def open(self) -> AnswerQuerySet:
        """Coming, or waiting for a seat."""
        return self.filter(state__in=OPEN)

    def unconfirmed(self) -> AnswerQuerySet:
        """Of whom only they themselves say that they were there."""
        return self.filter(state="attended", is_vouched=False)

    def waiting(self) -> AnswerQuerySet:
        """Those who wait, whoever asked first first."""
        return self.filter(state="waiting").order_by("since", "pk")

    def people(self) -> int:
        """How many people these answers bring."""
        return self.aggregate(n=Sum(F("companions") + 1))["n"] or 0
