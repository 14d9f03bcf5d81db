"""What the keys show on pages that are not theirs: my home, my day, a place's page, the agency's figures."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from .models import Key, Loan


def my_keys(request: HttpRequest) -> dict | None:
    """For whoever has asked for a key or holds one."""
    loans = list(Loan.objects.filter(borrower=request.user).open().select_related("key")[:3])
    return {"loans": loans} if loans else None


def waiting_at_the_desk(request: HttpRequest) -> dict | None:
    if not request.user.has_role("keys.desk"):
        return None
    return {"loans": Loan.objects.waiting().select_related("key__area__building", "borrower")[:6]}


def keys_of(request: HttpRequest, area) -> dict | None:
    """On a common area's page: how to get in, for those who live there."""
    keys = list(Key.objects.for_home_of(request.user).filter(area=area))
    return {"keys": keys} if keys else None


def lent_between(since: datetime, until: datetime) -> int:
    return Loan.objects.filter(lent_at__gte=since, lent_at__lt=until).count()
