from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from risparmio.bank.reconciling import days

from .shared import account_or_missing, crumbs, for_keepers, prove_first


@for_keepers
def reconciliation(request: HttpRequest, pk: int) -> HttpResponse:
    """A month (`?mese=2026-11`), day by day: what the bank says beside what the book says; differences on top."""
    account = account_or_missing(pk)
    prove_first(request)
    first = _month(request.GET.get("mese", ""))
    following = (first + timedelta(days=31)).replace(day=1)
    rows = days(account, first, following - timedelta(days=1))
    context = {
        "account": account,
        "month": first,
        "previous": (first - timedelta(days=1)).replace(day=1),
        "following": following if following <= timezone.localdate() else None,
        "rows": rows,
        "differences": [row for row in rows if row.difference],
        "crumbs": crumbs((str(account), reverse("risparmio:bank_account", args=[pk]))),
    }
    return render(request, "risparmio/bank/reconciliation.html", context)


def _month(text: str) -> date:
    """Its first day; of what is no month, or lies too far away to be one, this month's."""
    this = timezone.localdate().replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return this
    return first if date(2000, 1, 1) <= first <= this else this
