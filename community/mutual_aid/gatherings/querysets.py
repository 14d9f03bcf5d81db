from __future__ import annotations

from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from community.mutual_aid.neighbourhood import AudienceQuerySet, coordinated_by, member_of
from community.mutual_aid.presence import ASKED_FOR, PresenceQuerySet
from community.mutual_aid.taking_part import may_run
from community.safety.areas import areas_coordinated
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
        return self.kept_by(user)

    def kept_by(self, user) -> GatheringQuerySet:
        """What somebody organizes or coordinates, whatever they are to the agency: the predicate `runs` for many."""
        if not may_run.test(user):
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
        seen = invited | self.run_by(user) | shown.answered_by(user)
        if member_of(user):  # nobody else is asked about what they do not see anyway
            seen |= self.to_confirm_by(user)
        return seen.distinct()

    def discussed_by(self, user) -> GatheringQuerySet:
        """The rule `community.discuss_gathering` for many."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return (self.kept_by(user) | self.filter(hidden_at=None).answered_by(user)).distinct()

    def coming(self) -> GatheringQuerySet:
        return self.filter(ends_at__gt=timezone.now())

    def over(self) -> GatheringQuerySet:
        return self.filter(ends_at__lte=timezone.now())

    def to_confirm_by(self, user) -> GatheringQuerySet:
        """In which somebody's own word waits for that of this person: `community.vouch_in_gathering` for many."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        answers = self.model._meta.get_field("answers").related_model.objects
        waiting = answers.to_confirm_by(user)
        areas = areas_coordinated(user) if coordinated_by(user) else ()
        asked = self.filter(hidden_at=None, pk__in=waiting.of_organizers().values("gathering")).filter(
            Q(host__in=member_of(user))
            | Q(municipality__in=areas)
            | Q(pk__in=answers.were_there().filter(person=user).values("gathering"))
        )
        return asked | self.run_by(user).filter(pk__in=waiting.values("gathering"))

    def to_note(self, user) -> GatheringQuerySet:
        """Over, and this person is to say who was there: of all, where they run it; else of those who have said so
        themselves. A neighbour is asked only where it brings hours."""
        over = self._asked_about()
        return (over.run_by(user).filter(self._nothing_said) | over.to_confirm_by(user)).distinct()

    def unsaid(self) -> GatheringQuerySet:
        """Of which somebody is still to say who was there, whoever it is."""
        answers = self.model._meta.get_field("answers").related_model.objects
        unconfirmed = Q(pk__in=answers.unconfirmed().values("gathering"))
        return self._asked_about().filter(self._nothing_said | unconfirmed)

    def _asked_about(self) -> GatheringQuerySet:
        over = self.over().filter(cancelled_at=None, ends_at__gt=timezone.now() - ASKED_FOR)
        return over.filter(Q(credit__gt=0) | ~Q(host=None))

    @property
    def _nothing_said(self) -> Q:
        answers = self.model._meta.get_field("answers").related_model.objects
        return Q(pk__in=answers.filter(state="coming").values("gathering"))

    def answered_by(self, user) -> GatheringQuerySet:
        """The rule `has_answered` for many, besides what is hidden."""
        answers = self.model._meta.get_field("answers").related_model.objects
        mine = answers.believed().filter(person=user, state__in=[*SEATED, *OPEN])
        return self.filter(pk__in=mine.values("gathering"))

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


class AnswerQuerySet(PresenceQuerySet):
    ORGANIZER = "gathering__organizer"

    def for_statements(self) -> AnswerQuerySet:
        return self.select_related("gathering")

    def seated(self) -> AnswerQuerySet:
        return self.filter(state__in=SEATED)

    def open(self) -> AnswerQuerySet:
        """Coming, or waiting for a seat."""
        return self.filter(state__in=OPEN)

    def waiting(self) -> AnswerQuerySet:
        """Those who wait, whoever asked first first."""
        return self.filter(state="waiting").order_by("since", "pk")

    def people(self) -> int:
        """How many people these answers bring."""
        return self.aggregate(n=Sum(F("companions") + 1))["n"] or 0
