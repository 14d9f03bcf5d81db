from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from risparmio.book.bookings import MATCHED, OWN
from risparmio.reference import LENGTH, normalised
from risparmio.roles import reader

from .words import Asked, Side, State


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> AgreementQuerySet:
        """All adults of the household, and whoever works with savings; agrees with `view_savingsagreement`."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if reader(user):
            return self
        return self.of_adult(user)

    def of_adult(self, user: Any) -> AgreementQuerySet:
        """Whoever has left the household has left its money, too; but for what had ended while they still lived in it:
        that they may read, who moved out with the others."""
        member = apps.get_model("portal", "HouseholdMember").objects.filter(
            Q(until=None) | Q(until__gte=OuterRef("closed_on")),
            household=OuterRef("tenancy__household"),
            person=user,
            is_adult=True,
        )
        return self.filter(Exists(member))

    def running(self) -> AgreementQuerySet:
        return self.exclude(state=State.CLOSED)

    def leaving(self) -> AgreementQuerySet:
        """On their way out, or the household has asked to: those who leave first stand first."""
        asked = Q(state=State.LEAVING) | Q(state=State.OPEN, exit_asked_at__isnull=False)
        return self.filter(asked).order_by(F("leaving_on").asc(nulls_first=True), "number")

    def run_out(self) -> AgreementQuerySet:
        """Their end has passed, and nobody has said how it goes on; those that wait longest first (`has_run_out`)."""
        return self.filter(state=State.OPEN, ends_on__lt=timezone.localdate()).order_by("ends_on", "number")

    def to_sign_for_agency(self, user: Any) -> AgreementQuerySet:
        """A plan waits that the household has signed and the agency has not; not of this reader's own household."""
        plans = apps.get_model("risparmio", "SavingsPlan").objects.waiting()
        ours = apps.get_model("risparmio", "PlanSignature").objects.filter(
            side=Side.AGENCY, plan=OuterRef("pk")
        )
        waiting = plans.filter(~Exists(ours), agreement=OuterRef("pk"))
        return self.filter(Exists(waiting)).exclude(pk__in=self.model.objects.of_adult(user).values("pk"))

    def looked_for(self, words: str) -> AgreementQuerySet:
        """By number, by reference or its beginning, by the name of the household or of an adult in it."""
        adults = apps.get_model("portal", "HouseholdMember").objects.filter(
            household=OuterRef("tenancy__household"),
            is_adult=True,
            until=None,
            person__display_name__icontains=words,
        )
        found = Q(tenancy__household__name__icontains=words) | Q(Exists(adults))
        code = normalised(words)
        if code.startswith("RF"):
            found |= Q(reference__startswith=code)
        if words.isascii() and words.isdigit() and len(words) <= LENGTH:
            found |= Q(number=int(words))
        return self.filter(found)

    def with_promises(self) -> AgreementQuerySet:
        """For many: the plans that hold, and who the adults are."""
        agreed = apps.get_model("risparmio", "SavingsPlan").objects.agreed()
        members = apps.get_model("portal", "HouseholdMember").objects
        return self.prefetch_related(
            models.Prefetch("plans", agreed, to_attr="plans_agreed"),
            models.Prefetch("tenancy__household__members", members.select_related("person")),
        )

    def with_household(self) -> AgreementQuerySet:
        return self.select_related("tenancy__household", "ledger__book")

    def with_held(self) -> AgreementQuerySet:
        """For many, in the same query: what is theirs (`held_cents`) and what they paid in (`own_cents`), as of now.
        `held`, `paid_in` and `months` of these rows ask no more, so it is for reading: no verb begins with it."""
        return self.annotate(held_cents=_last_balance(), own_cents=_sum_of(*OWN))

    def match_missing(self) -> AgreementQuerySet:
        """Running, and the agency has not added all of its share: today's work, or it waits for the agency's money."""
        sums = {"own_cents": _sum_of(*OWN), "added_cents": _sum_of(MATCHED)}
        rows = self.model.objects.running().filter(match_percent__gt=0).annotate(**sums)
        # Of all that was paid in a whole cent more would be due: own * percent // 100 > added, without a division.
        rows = rows.filter(own_cents__gt=0).alias(most=F("own_cents") * F("match_percent"))
        rows = rows.filter(most__gte=(F("added_cents") + 1) * 100).with_promises()
        return self.filter(pk__in=[one.pk for one in rows if one.share() > one.added_cents])


class OfAgreementQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> OfAgreementQuerySet:
        """Whoever sees the agreement sees what belongs to it (rules.may_view_agreement_of)."""
        agreements = apps.get_model("risparmio", "SavingsAgreement").objects
        return self.filter(agreement__in=agreements.visible_to(user))


class PlanQuerySet(OfAgreementQuerySet):
    def agreed(self) -> PlanQuerySet:
        """In the order in which they came to hold: the last one counts."""
        return self.filter(state=Asked.AGREED).order_by("decided_at", "id")

    def waiting(self) -> PlanQuerySet:
        return self.filter(state=Asked.PROPOSED)


def _postings() -> models.QuerySet:
    return apps.get_model("portal", "LedgerPosting").objects.filter(account=OuterRef("ledger")).order_by()


def _last_balance() -> Coalesce:
    """The book keeps what it owes below zero; here it is theirs, above."""
    last = _postings().order_by("-sequence").values("balance_after")[:1]
    return Coalesce(-Subquery(last), 0, output_field=models.BigIntegerField())


def _sum_of(*kinds: str) -> Coalesce:
    """Cents of these kinds of entries, above zero where they came in. Reversals count against them."""
    total = _postings().filter(entry__kind__in=kinds).values("account").annotate(total=Sum("amount"))
    return Coalesce(-Subquery(total.values("total")), 0, output_field=models.BigIntegerField())
