"""What requests to join show on my day and on a coordinator's home; for whom an organization stands in the menu."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Count, Q
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


def my_organizations(request: HttpRequest) -> dict | None:
    """For members: their organizations; for whoever coordinates one, how many ask to join and wait for their word."""
    unanswered = Q(
        is_coordinator=True,
        organization__join_requests__state=JoinRequest.State.WAITING,
        organization__join_requests__vouched=None,
    )
    memberships = list(
        request.user.organization_memberships.current()
        .select_related("organization")
        .annotate(asking=Count("organization__join_requests", filter=unanswered))
        .order_by("organization__name")
    )
    return {"memberships": memberships} if memberships else None


def belongs_somewhere(user) -> bool:
    """Whether this person is a member of an organization. Every page asks, for its menu: remembered for MENU_LAGS."""
    return cache.get_or_set(
        f"portal.organizations.{user.pk}", lambda: Organization.objects.of(user).exists(), MENU_LAGS
    )
