from __future__ import annotations

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from community.safety.areas import answers_anywhere, areas_coordinated
from community.safety.roles import caseworker
from portal.ledger import LedgerPosting

from .words import Asked, Holder


class HoursAccountQuerySet(models.QuerySet):
    def of(self, holder) -> HoursAccountQuerySet:
        """The account of a person or of an organization, where it has been opened."""
        kind = kind_of(holder)
        return self.filter(**{kind.value: holder})

    def with_standing(self) -> HoursAccountQuerySet:
        """With `standing`, the balance in minutes as of now."""
        last = LedgerPosting.objects.filter(account=OuterRef("ledger")).order_by("-sequence")
        return self.annotate(standing=Coalesce(Subquery(last.values("balance_after")[:1]), 0))

    def visible_to(self, user) -> HoursAccountQuerySet:
        """One's own, and those of the organizations that one coordinates; never another person's.

        The rule community.view_hoursaccount says the same of one.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(Q(person=user) | Q(organization__in=_coordinated_by(user)))


class PotRequestQuerySet(models.QuerySet):
    def waiting(self) -> PotRequestQuerySet:
        return self.filter(state=Asked.WAITING)

    def to_decide_by(self, user) -> PotRequestQuerySet:
        """What waits for an answer of this person: see the rule community.decide_pot_request."""
        if not answers_anywhere(user):
            return self.none()
        waiting = self.waiting().exclude(person=user)
        return waiting if caseworker(user) else waiting.filter(municipality__in=areas_coordinated(user))


def kind_of(holder) -> Holder:
    """Raises TypeError for what can have no account."""
    label = holder._meta.label
    kinds = {"portal.User": Holder.PERSON, "portal.Organization": Holder.ORGANIZATION}
    if label not in kinds:
        raise TypeError(f"{label} has no account in the time bank")
    return kinds[label]


def _coordinated_by(user):
    """Ids of the organizations that somebody coordinates now."""
    coordinates = user.organization_memberships.filter(until=None, is_coordinator=True)
    return coordinates.values("organization")
