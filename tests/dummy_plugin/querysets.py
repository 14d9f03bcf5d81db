from __future__ import annotations

from django.apps import apps
from django.db import models
from django.utils import timezone

from .workflow import State


class KeyQuerySet(models.QuerySet):
    def for_home_of(self, user) -> KeyQuerySet:
        """The keys of the buildings where somebody lives now."""
        Building = apps.get_model("portal", "Building")
        return self.filter(area__building__in=Building.objects.home_of(user))


class LoanQuerySet(models.QuerySet):
    def visible_to(self, user) -> LoanQuerySet:
        """One's own loans; at the desk, all. The rule keys.view_loan says the same of one loan."""
        if not user.is_authenticated:
            return self.none()
        return self if user.has_role("keys.desk") else self.filter(borrower=user)

    def open(self) -> LoanQuerySet:
        return self.filter(state__in=[State.ASKED, State.LENT])

    def waiting(self) -> LoanQuerySet:
        """Asked for, and nobody has handed the key over yet."""
        return self.filter(state=State.ASKED)

    def overdue(self) -> LoanQuerySet:
        return self.filter(state=State.LENT, due_on__lt=timezone.localdate())
