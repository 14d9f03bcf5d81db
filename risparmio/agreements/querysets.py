from __future__ import annotations

from typing import Any

from django.db import models

from risparmio.roles import reader

from .words import Asked, State


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> AgreementQuerySet:
        """All adults of the household, and whoever works with savings; agrees with `view_savingsagreement`."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if reader(user):
            return self
        return self.of_adult(user)

    def of_adult(self, user: Any) -> AgreementQuerySet:
        """Whoever has left the household has left its money, too."""
        return self.filter(
            tenancy__household__members__person=user,
            tenancy__household__members__is_adult=True,
            tenancy__household__members__until=None,
        )

    def running(self) -> AgreementQuerySet:
        return self.exclude(state=State.CLOSED)

    def with_promises(self) -> AgreementQuerySet:
        """For many: the plans that hold, and who the adults are."""
        from .models import SavingsPlan

        return self.prefetch_related(
            models.Prefetch("plans", SavingsPlan.objects.agreed(), to_attr="plans_agreed"),
            "tenancy__household__members__person",
        )

    def with_household(self) -> AgreementQuerySet:
        return self.select_related("tenancy__household", "ledger")


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> PlanQuerySet:
        """Agrees with `risparmio.view_savingsplan`."""
        from .models import SavingsAgreement

        return self.filter(agreement__in=SavingsAgreement.objects.visible_to(user))

    def agreed(self) -> PlanQuerySet:
        """In the order in which they came to hold: the last one counts."""
        return self.filter(state=Asked.AGREED).order_by("decided_at", "id")

    def waiting(self) -> PlanQuerySet:
        return self.filter(state=Asked.PROPOSED)
