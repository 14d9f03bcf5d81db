"""What the time bank shows on pages that are not its own."""

from __future__ import annotations

from django.http import HttpRequest

from .models import HoursAccount


def my_hours(request: HttpRequest) -> dict | None:
    """On my home, once something was booked for me."""
    account = HoursAccount.objects.of(request.user).with_standing().first()
    return {"balance": account.standing, "debt": -account.standing} if account else None
