from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone

from portal.events import record

from .areas import areas_coordinated
from .roles import caseworker
from .words import State


class BarrierQuerySet(models.QuerySet):
    def between(self, one, other) -> BarrierQuerySet:
        """In either direction."""
        return self.filter(Q(person=one, other=other) | Q(person=other, other=one))

    def of(self, user) -> BarrierQuerySet:
        """Those that stand for this person, whoever put them up."""
        return self.filter(Q(person=user.pk) | Q(other=user.pk))

    def others_of(self, user) -> models.QuerySet:
        """Ids of those on the other side: a subquery."""
        return self.of(user).values_list(
            Case(When(person=user.pk, then=F("other")), default=F("person")), flat=True
        )


class AbuseReportQuerySet(models.QuerySet):
    def moderated_by(self, user) -> AbuseReportQuerySet:
        """What somebody decides about: where they answer, but nothing that they have reported or are reported for,
        whoever else has reported it too. The rule `community.view_abusereport` asks this of one."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        reports = self if caseworker(user) else self.filter(municipality__in=areas_coordinated(user))
        same = self.model.objects.filter(
            content_type=OuterRef("content_type"), object_id=OuterRef("object_id")
        )
        return reports.exclude(Exists(same.filter(Q(reporter=user) | Q(reported=user))))

    def of_the_same(self, report) -> AbuseReportQuerySet:
        """This report, and whatever else was reported of the same thing."""
        return self.filter(content_type=report.content_type_id, object_id=report.object_id)

    def alike(self, report) -> AbuseReportQuerySet:
        """Of these the ones of the same person: of what two did together, each may report the other."""
        return self.of_the_same(report).filter(reported=report.reported_id)

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

    @transaction.atomic
    def end(self, *, by: Any) -> None:
        """What has not ended yet; `by` None where nobody withdrew it: whoever gave it is gone."""
        for approval in self.select_for_update().filter(withdrawn_at=None).order_by("pk"):
            approval.withdrawn_at = timezone.now()
            approval.save(update_fields=["withdrawn_at"])
            record("community.approval.withdrawn", approval, by=by)
