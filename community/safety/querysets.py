from __future__ import annotations

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When

from .areas import areas_coordinated
from .roles import caseworker
from .words import State


class BarrierQuerySet(models.QuerySet):
    def between(self, one, other) -> BarrierQuerySet:
        """In either direction."""
        return self.filter(Q(person=one, other=other) | Q(person=other, other=one))

    def stand_between(self, user, others) -> bool:
        """Whether one of these (ids) is on the other side."""
        return self.filter(Q(person=user.pk, other__in=others) | Q(other=user.pk, person__in=others)).exists()

    def others_of(self, user) -> models.QuerySet:
        """Ids of those on the other side of a barrier that stands for this person, whoever put it up: a subquery."""
        theirs = self.filter(Q(person=user.pk) | Q(other=user.pk))
        return theirs.values_list(Case(When(person=user.pk, then=F("other")), default=F("person")), flat=True)


class AbuseReportQuerySet(models.QuerySet):
    def moderated_by(self, user) -> AbuseReportQuerySet:
        """What somebody decides about, who is no party to it; agrees with the rule `community.view_abusereport`."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        reports = self if caseworker(user) else self.filter(municipality__in=areas_coordinated(user))
        return reports.exclude(reporter=user).exclude(reported=user)

    def made_by(self, user) -> AbuseReportQuerySet:
        return self.filter(reporter=user)

    def against(self, user) -> AbuseReportQuerySet:
        """What moderation has taken away of somebody's."""
        return self.filter(reported=user, state=State.UPHELD)

    def open(self) -> AbuseReportQuerySet:
        return self.filter(state=State.OPEN)

    def about(self, target) -> AbuseReportQuerySet:
        kind = ContentType.objects.get_for_model(target)
        return self.filter(content_type=kind, object_id=str(target.pk))


class ApprovalQuerySet(models.QuerySet):
    def in_force(self) -> ApprovalQuerySet:
        """Not withdrawn, and given by somebody who still is an adult of the minor's household."""
        members = apps.get_model("portal", "HouseholdMember").objects.filter(until=None)
        minors = members.filter(is_adult=False, person=OuterRef(OuterRef("minor")))
        parents = members.filter(
            is_adult=True, person=OuterRef("given_by"), household__in=minors.values("household")
        )
        return self.filter(Exists(parents), withdrawn_at=None)
