from __future__ import annotations

from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from .words import AT_THE_TABLE, INTAKE, MEDIATES, OPEN, TALKING, Answer, MediatorState, State


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user) -> CaseQuerySet:
        """The cases that somebody belongs to, or has to find a mediator for. To everybody else they are missing,
        whatever they do for the agency. Agrees with the rule community.view_case."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(pk__in=self._with_part(user)) | Q(pk__in=self._mediated_by(user))
        if user.has_role("community.mediation_coordinator"):
            seen |= Q(state__in=INTAKE) & ~Q(pk__in=self._naming(user))
        return self.filter(seen, destroyed_at=None)

    def prepared_by(self, user) -> CaseQuerySet:
        """Those that somebody has to prepare, for whoever coordinates the mediators and is not named in them."""
        return self.coordinated_by(user).filter(state__in=INTAKE)

    def needing_mediator_from(self, user) -> CaseQuerySet:
        """Those whose talks have lost their mediator: whoever coordinates finds another one, and reads nothing else.
        Agrees with the rule community.find_mediator_for_case, which covers those that are prepared as well."""
        return self.talking_coordinated_by(user).exclude(pk__in=self._mediated())

    def talking_coordinated_by(self, user) -> CaseQuerySet:
        """Those whose talks go on, for whoever coordinates: they see their numbers and who mediates, and can take one
        from a mediator who is gone."""
        return self.coordinated_by(user).filter(state__in=TALKING)

    def offered_to(self, user) -> CaseQuerySet:
        """Those for which somebody is proposed as a mediator. Agrees with the rule community.view_offer_of_case."""
        row = self.model.mediators.rel.related_model.objects.filter(person=user)
        return self.open().filter(pk__in=row.proposed().values("case"), destroyed_at=None)

    def taken_part_in_by(self, user) -> CaseQuerySet:
        """Those in which somebody is a party that has said yes, or is asked to say it."""
        return self.filter(pk__in=self._with_part(user), destroyed_at=None)

    def mediated_by(self, user) -> CaseQuerySet:
        """Those whose mediator somebody is, with everybody's yes."""
        return self.filter(pk__in=self._mediated_by(user), destroyed_at=None)

    def with_agreement_for(self, user) -> CaseQuerySet:
        """Those whose agreement somebody reads, as far as it has come: as a party that is in it, or as a mediator; of a
        closed one where all have accepted one. Agrees with the rule community.read_agreement_of_case."""
        if not user.is_authenticated:
            return self.none()
        mine = self.model.parties.rel.related_model.objects.filter(person=user).in_it().values("case")
        settled = self.model.versions.rel.related_model.objects.settled().filter(case=OuterRef("pk"))
        return self.filter(
            Q(pk__in=mine) | Q(pk__in=self._mediated_by(user)),
            Q(state__in=AT_THE_TABLE) | Q(Exists(settled), state=State.CLOSED),
            destroyed_at=None,
        )

    def with_people(self) -> CaseQuerySet:
        """With parties and mediators, each with their person: whoever is asked about afterwards costs no question."""
        people = {
            name: getattr(self.model, name).rel.related_model.objects.select_related("person")
            for name in ("parties", "mediators")
        }
        return self.prefetch_related(*(Prefetch(name, rows) for name, rows in people.items()))

    def open(self) -> CaseQuerySet:
        return self.filter(state__in=OPEN)

    def talking(self) -> CaseQuerySet:
        """Those whose rooms are open."""
        return self.filter(state__in=TALKING)

    def closed_before(self, moment) -> CaseQuerySet:
        """Those whose content has had its time."""
        return self.filter(state=State.CLOSED, closed_at__lt=moment, destroyed_at=None)

    def without_answer_since(self, moment) -> CaseQuerySet:
        """Those whose invitation went out before that moment, and somebody has not answered it."""
        waits = self.model.parties.rel.related_model.objects.waiting()
        waits = waits.filter(case=OuterRef("pk"), invited_at__lt=moment)
        return self.filter(Exists(waits), state=State.INVITING)

    def quiet_since(self, moment) -> CaseQuerySet:
        """Open ones of which no fact is younger than that moment. What whoever coordinates notes for themselves, whom
        they name, and what became of a meeting, are none: these alone keep no case open."""
        old = set(self.open().filter(asked_at__lt=moment).values_list("pk", flat=True))
        facts = apps.get_model("portal", "Event").objects.filter(
            content_type__app_label=self.model._meta.app_label,
            content_type__model=self.model._meta.model_name,
            object_id__in=[str(pk) for pk in old],
            at__gte=moment,
        )
        return self.filter(pk__in=old - {UUID(pk) for pk in facts.values_list("object_id", flat=True)})

    def half_destroyed(self) -> CaseQuerySet:
        """Those whose rows are gone and whose key may still be there: a crash came between."""
        return self.filter(destroyed_at__isnull=False, key_destroyed_at=None)

    def _with_part(self, user):
        part = self.model.parties.rel.related_model.objects.filter(person=user)
        return part.present().values("case")

    def _mediated_by(self, user):
        row = self.model.mediators.rel.related_model.objects.filter(person=user)
        return row.assigned().values("case")

    def _mediated(self):
        return self.model.mediators.rel.related_model.objects.assigned().values("case")

    def coordinated_by(self, user) -> CaseQuerySet:
        """All that are there, for whoever coordinates the mediators and is not named in them."""
        if not user.is_authenticated or not user.has_role("community.mediation_coordinator"):
            return self.none()
        return self.filter(destroyed_at=None).exclude(pk__in=self._naming(user))

    def _naming(self, user):
        """Those in which somebody is named at all: nobody coordinates what they are part of."""
        parties = self.model.parties.rel.related_model.objects.filter(person=user)
        mediators = self.model.mediators.rel.related_model.objects.filter(person=user)
        return self.model.objects.filter(
            Q(Exists(parties.filter(case=OuterRef("pk")))) | Q(Exists(mediators.filter(case=OuterRef("pk"))))
        ).values("pk")


class PartyQuerySet(models.QuerySet):
    def present(self) -> PartyQuerySet:
        """Those who have said yes, and those who are asked to: who has said no, or stopped, is out."""
        return self.filter(Q(answer=Answer.YES) | Q(answer=Answer.WAITING, invited_at__isnull=False))

    def in_it(self) -> PartyQuerySet:
        """Those who have said yes and not stopped since."""
        return self.filter(answer=Answer.YES)

    def knowing(self) -> PartyQuerySet:
        """Those who know of the case, whatever they have answered: who was named and not asked yet does not."""
        return self.filter(Q(has_asked=True) | Q(invited_at__isnull=False) | Q(answer=Answer.YES))

    def asking(self) -> PartyQuerySet:
        """Those who have told the story."""
        return self.filter(has_asked=True)

    def waiting(self) -> PartyQuerySet:
        """Those who are named and have not answered, invited or not yet."""
        return self.filter(answer=Answer.WAITING)

    def to_remind(self, before) -> PartyQuerySet:
        """Invited before that moment, still without an answer, and not reminded yet."""
        return self.filter(
            answer=Answer.WAITING, invited_at__lt=before, reminded_at=None, case__state=State.INVITING
        )

    def still_named(self) -> PartyQuerySet:
        return self.filter(answer__in=(Answer.YES, Answer.WAITING))


class MediatorQuerySet(models.QuerySet):
    """Only whoever holds the role, and whose account is open, mediates or is proposed: asked here, each time, and for
    one person by `Case.is_mediated_by`. That the row is given back as well is for parting.py."""

    def assigned(self) -> MediatorQuerySet:
        return self.standing().filter(state=MediatorState.ASSIGNED)

    def ever_assigned(self) -> MediatorQuerySet:
        """Those who mediate, or did."""
        return self.filter(assigned_at__isnull=False)

    def proposed(self) -> MediatorQuerySet:
        return self.standing().filter(state=MediatorState.PROPOSED)

    def standing(self) -> MediatorQuerySet:
        """Proposed or assigned."""
        grants = apps.get_model("portal", "RoleGrant").objects.filter(
            person=OuterRef("person"), person__is_active=True, role=MEDIATES, taken_at=None
        )
        return self.not_released().filter(Exists(grants))

    def not_released(self) -> MediatorQuerySet:
        """Those that nobody has given back or refused, whether or not the mediator still holds the role."""
        return self.filter(state__in=(MediatorState.PROPOSED, MediatorState.ASSIGNED))
