from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

if TYPE_CHECKING:
    from .models import LedgerBook, LedgerEntry

_AT_ONCE = 500  # entries in memory


def up_to(day: date) -> Q:
    """Of postings: what counts by the end of that day. An entry from before days were kept counts on its moment's."""
    tomorrow = datetime.combine(day + timedelta(days=1), time.min, timezone.get_current_timezone())
    return Q(entry__day__lte=day) | Q(entry__day=None, entry__at__lt=tomorrow)


class AccountQuerySet(models.QuerySet):
    def with_last(self) -> AccountQuerySet:
        """With `last_sequence` and `last_balance` as of now; 0 where nothing was posted."""
        from .models import LedgerPosting

        last = LedgerPosting.objects.filter(account=OuterRef("pk")).order_by("-sequence")
        return self.annotate(
            last_sequence=Coalesce(Subquery(last.values("sequence")[:1]), 0),
            last_balance=Coalesce(Subquery(last.values("balance_after")[:1]), 0),
        )

    def balances(self, book: LedgerBook, day: date) -> dict[int, int]:
        """What stood on each account of that book at the end of that day, by the account's id; nothing of an account
        that was empty and had not moved since the closing before it.

        From the last closing on, so that it costs no more in a long journal than in a short one.
        """
        from .closings import LedgerClosingBalance
        from .models import LedgerPosting

        closing = book.closings.filter(until__lte=day).order_by("-until").first()
        mine = self.filter(book=book)
        standing: dict[int, int] = {}
        since = up_to(day)
        if closing is not None:
            kept = LedgerClosingBalance.objects.filter(closing=closing, account__in=mine)
            standing = dict(kept.values_list("account", "balance"))
            since = Q(entry__day__lte=day, entry__day__gt=closing.until)
        moved = LedgerPosting.objects.filter(since, entry__book=book, account__in=mine).order_by()
        for account, amount in moved.values_list("account").annotate(Sum("amount")):
            standing[account] = standing.get(account, 0) + amount
        return standing


class EntryQuerySet(models.QuerySet):
    def about(self, obj: Any) -> EntryQuerySet:
        """The entries that were posted about that object."""
        from .models import reference_to

        return self.filter(about=reference_to(obj))

    def in_order(self) -> Iterator[LedgerEntry]:
        """One after the other by their number, each with its postings and their accounts, some hundred at a time.

        No query stays open meanwhile: whoever walks a long journal may write down how far they are. On SQLite a
        connection that is reading cannot write any more once another one has written.
        """
        rows = self.order_by("number", "pk").prefetch_related("postings__account")
        page: list[Any] = list(rows[:_AT_ONCE])
        while page:
            yield from page
            last = page[-1]
            later = Q(number__gt=last.number) | Q(number=last.number, pk__gt=last.pk)
            page = list(rows.filter(later)[:_AT_ONCE])
