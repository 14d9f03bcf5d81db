"""For whom requests for mediation stand in the menu, and how many wait there for somebody to do something."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from community.mediation.models import Case
from community.mutual_aid.menus import MENU_LAGS
from portal.extensions import NavigationItem

from .needs import needs_of, with_needs


def coordinates(user: Any) -> bool:
    return user.is_authenticated and user.has_role("community.mediation_coordinator")


def waiting_count(user: Any) -> int | None:
    """Every page asks, for its menu: remembered for MENU_LAGS, and until they do something about it."""
    return cache.get_or_set(_key(user), lambda: _waiting(user), MENU_LAGS) or None


def forget_count(user: Any) -> None:
    cache.delete(_key(user))


def _key(user: Any) -> str:
    return f"community.mediation.waiting.{user.pk}"


def _waiting(user: Any) -> int:
    prepared = Case.objects.prepared_by(user) | Case.objects.needing_mediator_from(user)
    next_needs = (needs_of(case)[:1] for case in with_needs(prepared))
    return sum(need.is_ours for needs in next_needs for need in needs)


ITEMS = (
    NavigationItem(
        key="community.mediation_requests",
        label=_("Requests for mediation"),
        url_name="community:mediation_requests",
        icon="handshake",
        place="staff",
        visible=coordinates,
        badge=waiting_count,
        order=36,
    ),
)
