from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Lower

from risparmio.agreements.models import SavingsAgreement

from .words import State


class GoalQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> GoalQuerySet:
        """What a household dreams of is its own: its adults alone. Agrees with `risparmio.view_savingsgoal`."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(agreement__in=SavingsAgreement.objects.of_adult(user))

    def open(self) -> GoalQuerySet:
        return self.filter(state=State.OPEN)

    def ended(self) -> GoalQuerySet:
        return self.exclude(state=State.OPEN).order_by("-ended_at", "-id")

    def named(self, name: str) -> GoalQuerySet:
        """As the table compares names: small and large letters are one."""
        return self.annotate(lower=Lower("name")).filter(lower=Lower(models.Value(name)))

    def total(self) -> int:
        """Cents that are set aside for all of them."""
        return self.aggregate(total=models.Sum("set_aside"))["total"] or 0
