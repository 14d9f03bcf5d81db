"""What requests to join show on the day, and for whom an organization stands in the menu."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from portal.people.models import Organization

from .models import JoinRequest

MENU_LAGS = 60  # seconds


def join_requests(request: HttpRequest) -> dict | None:
    """For those who decide, how many wait; hidden while none does."""
    if not request.user.has_perm("portal.decide_join_request"):
        return None
    total = JoinRequest.objects.waiting().count()
    return {"total": total} if total else None


def belongs_somewhere(user) -> bool:
    """Whether this person is a member of an organization. Every page asks, for its menu: remembered for MENU_LAGS."""
    return cache.get_or_set(
        f"portal.organizations.{user.pk}", lambda: Organization.objects.of(user).exists(), MENU_LAGS
    )
