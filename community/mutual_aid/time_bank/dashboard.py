"""What the time bank shows on pages that are not its own."""

from __future__ import annotations

from django.http import HttpRequest

from .models import HoursAccount


def my_hours(request: HttpRequest) -> dict | None:
    """On my home, once something was booked for me."""
    account = HoursAccount.objects.filter(person=request.user).select_related("ledger").first()
    if account is None:
        return None
    balance = account.balance
    return {"balance": balance, "debt": -balance}
