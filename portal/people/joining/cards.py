"""What requests to join show on the day, and for whom an organization stands in the menu."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from portal.people.models import Organization

from .models import JoinRequest

MENU_LAGS = 60  # seconds


def join_requests(request: HttpRequest) -> dict | None:
    """For those who decide, how many wait, and whom an organization let in that nobody has checked; else hidden."""
    if not request.user.has_perm("portal.decide_join_request"):
        return None
    total, to_check = JoinRequest.objects.waiting().count(), JoinRequest.objects.to_check().count()
    return {"total": total, "to_check": to_check} if total or to_check else None


def belongs_somewhere(user) -> bool:
    """Whether this person is a member of an organization. Every page asks, for its menu: remembered for MENU_LAGS."""
    return cache.get_or_set(
        f"portal.organizations.{user.pk}", lambda: Organization.objects.of(user).exists(), MENU_LAGS
    )
