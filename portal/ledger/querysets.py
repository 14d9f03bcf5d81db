from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


class AccountQuerySet(models.QuerySet):
    def with_last(self) -> AccountQuerySet:
        """With `last_sequence` and `last_balance` as of now; 0 where nothing was posted."""
        from .models import LedgerPosting

        last = LedgerPosting.objects.filter(account=OuterRef("pk")).order_by("-sequence")
        return self.annotate(
            last_sequence=Coalesce(Subquery(last.values("sequence")[:1]), 0),
            last_balance=Coalesce(Subquery(last.values("balance_after")[:1]), 0),
        )


class EntryQuerySet(models.QuerySet):
    def about(self, obj: Any) -> EntryQuerySet:
        """The entries that were posted about that object."""
        from .models import reference_to

        return self.filter(about=reference_to(obj))
