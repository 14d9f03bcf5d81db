"""How the tills of all desks stand, in as many queries for one as for a hundred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from risparmio.book.accounts import book_of_money

from .models import CashReceipt
from .tills import CashCount

_LATEST = CashCount.objects.filter(desk=OuterRef("desk")).order_by("-counted_at", "-pk")  # of the same desk


@dataclass(frozen=True)
class Till:
    """`holds`: what there should be; `receipts`, `received`: how many since the last count, and how much. Cents."""

    desk: Any
    holds: int
    last_count: CashCount | None
    receipts: int
    received: int


def receipts_since() -> QuerySet[CashReceipt]:
    """Those that count and for which cash came in since the last count of their desk, whichever it is."""
    return (
        CashReceipt.objects.filter(voided_at=None, instead_of=None)
        .annotate(counted_at=Subquery(_LATEST.values("counted_at")[:1]))
        .filter(Q(counted_at=None) | Q(received_at__gt=F("counted_at")))
    )


def tills() -> list[Till]:
    holds = dict(
        book_of_money()
        .accounts.filter(code__startswith="till-")
        .with_last()
        .values_list("code", "last_balance")
    )
    latest = CashCount.objects.filter(pk=Subquery(_LATEST.values("pk")[:1])).select_related("counted_by")
    counts = {one.desk_id: one for one in latest}
    since = receipts_since().order_by().values_list("desk").annotate(Count("pk"), Sum("cents"))
    received = {desk: (number, cents) for desk, number, cents in since}
    return [
        Till(desk, holds.get(f"till-{desk.pk}", 0), counts.get(desk.pk), *received.get(desk.pk, (0, 0)))
        for desk in apps.get_model("portal", "Desk").objects.all()
    ]
