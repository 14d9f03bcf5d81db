"""Of all bank accounts at once, in three queries: by how much the bank and the book differ now, and since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.utils import timezone

from portal.ledger import LedgerPosting
from risparmio.bank.models import Statement
from risparmio.book.models import BankAccount

LOOKED_BACK = timedelta(days=400)  # how far "since when" is looked for


@dataclass(frozen=True)
class Difference:
    """`cents`: what the bank has more than the book, by the last balance that a statement tells."""

    bank: BankAccount
    since: date
    cents: int


def differences(banks: Iterable[BankAccount], booked: Mapping[str, int]) -> list[Difference]:
    """`banks`: with their ledger fetched. `booked`: how their accounts stand in the book now, by code."""
    since = timezone.localdate() - LOOKED_BACK
    moved: dict[int, list[tuple[date, int]]] = defaultdict(list)
    postings = LedgerPosting.objects.filter(
        account__in=[bank.ledger_id for bank in banks], entry__day__gte=since
    )
    for account, day, cents in (
        postings.order_by("-entry__day").values_list("account", "entry__day").annotate(Sum("amount"))
    ):
        moved[account].append((day, cents))
    told: dict[int, dict[date, int]] = defaultdict(dict)
    rows = Statement.objects.filter(closing_day__gte=since, closing_cents__isnull=False).order_by(
        "read_at", "pk"
    )
    for bank, day, cents in rows.values_list("account", "closing_day", "closing_cents"):
        told[bank][day] = cents
    found = []
    for bank in banks:
        run = _run(told[bank.pk], moved[bank.ledger_id], booked.get(bank.ledger.code, 0))
        if run:
            found.append(Difference(bank, *run))
    return found


def _run(told: dict[date, int], moved: list[tuple[date, int]], standing: int) -> tuple[date, int] | None:
    """From today back, day by day: since when each told balance differs from the book's, and by how much at last.
    `moved`: the last day first."""
    since, last, place = None, 0, 0
    for day in sorted(told, reverse=True):
        while place < len(moved) and moved[place][0] > day:
            standing -= moved[place][1]
            place += 1
        difference = told[day] - standing
        if not difference:
            break
        since, last = day, last or difference
    return (since, last) if since else None
