from __future__ import annotations

from typing import Any

from django.db import models

from risparmio.agreements.models import SavingsAgreement

from .words import OPEN, State


class OfAgreementQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> OfAgreementQuerySet:
        """Whoever sees the agreement sees what came in and went out."""
        return self.filter(agreement__in=SavingsAgreement.objects.visible_to(user))


class ReceiptQuerySet(OfAgreementQuerySet):
    def with_people(self) -> ReceiptQuerySet:
        """For a page of one or many."""
        return self.select_related(
            "agreement__tenancy__household", "agreement__ledger", "desk", "received_by", "voided_by"
        )


class PayoutQuerySet(OfAgreementQuerySet):
    def open(self) -> PayoutQuerySet:
        return self.filter(state__in=OPEN)

    def to_approve(self) -> PayoutQuerySet:
        return self.filter(state=State.REQUESTED)

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
            "transfer",
        )

    def ordered(self) -> PayoutQuerySet:
        return self.filter(state=State.ORDERED)
