from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from risparmio.agreements.models import SavingsAgreement

from .words import OPEN, Purpose, State

JUST_NOW = timedelta(minutes=10)


class OfAgreementQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> OfAgreementQuerySet:
        """Whoever sees the agreement sees what came in and went out."""
        return self.filter(agreement__in=SavingsAgreement.objects.visible_to(user))


class ReceiptQuerySet(OfAgreementQuerySet):
    def with_people(self) -> ReceiptQuerySet:
        """For a page of one or many."""
        return self.select_related(
            "agreement__tenancy__household",
            "agreement__ledger",
            "desk",
            "received_by",
            "voided_by",
            "instead_of",
        )

    def just_like(self, agreement: SavingsAgreement, cents: int) -> ReceiptQuerySet:
        """Of the same household and the same sum, and so fresh that one may be the other, sent twice."""
        since = timezone.now() - JUST_NOW
        return self.filter(agreement=agreement, cents=cents, voided_at=None, received_at__gt=since)


class PayoutQuerySet(OfAgreementQuerySet):
    def open(self) -> PayoutQuerySet:
        return self.filter(state__in=OPEN)

    def giving_all_back(self) -> PayoutQuerySet:
        return self.filter(purpose=Purpose.EXIT)

    def to_approve(self) -> PayoutQuerySet:
        return self.filter(state=State.REQUESTED)

    def to_approve_by(self, approver: Any) -> PayoutQuerySet:
        """Those to which this approver may say yes now, as `approve_payout` and `Payout.approve` have it: not their own
        household's, nor what they asked for, signed for or have approved already, nor arrears without a signature."""
        person = approver.pk
        others = self.to_approve().exclude(agreement__in=SavingsAgreement.objects.of_adult(approver))
        theirs = Q(requested_by=person) | Q(signed_by=person) | Q(approved_by=person)
        return others.exclude(theirs).exclude(purpose=Purpose.ARREARS, signed_at=None)

    def to_order(self) -> PayoutQuerySet:
        return self.filter(state=State.APPROVED)

    def with_people(self) -> PayoutQuerySet:
        """For a page of one or many."""
        return self.select_related(
            "agreement__tenancy__household",
            "agreement__tenancy__dwelling__building",
            "agreement__ledger",
            "requested_by",
            "approved_by",
            "seconded_by",
            "signed_by",
            "ordered_by",
            "given_up_by",
            "transfer",
        )

    def with_members(self) -> PayoutQuerySet:
        """Who lives in their households."""
        return self.prefetch_related("agreement__tenancy__household__members__person")

    def told(self) -> PayoutQuerySet:
        """The bank knows of them: they may still come back."""
        return self.filter(state__in=(State.ORDERED, State.PAID))

    def ordered(self) -> PayoutQuerySet:
        return self.filter(state=State.ORDERED)
