"""For whom their mediations, and the figures of all, stand in the menu."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from community.mediation.models import Case
from community.mediation.querysets import CaseQuerySet
from community.mediation.waiting import to_mediate
from community.mutual_aid.menus import MENU_LAGS
from portal.extensions import NavigationItem

ROLES = {"community.mediator", "community.mediation_coordinator"}


def mediates(user) -> bool:
    """Whoever mediates, and whoever coordinates those who do."""
    return user.is_authenticated and not ROLES.isdisjoint(user.role_keys)


def waiting_count(user) -> int | None:
    """In how many cases something waits for a mediator: of those that they mediate, or are proposed for. Every page
    asks, for its menu: remembered for MENU_LAGS, and until they look at their day."""
    if not mediates(user):
        return None
    return cache.get_or_set(_waiting_key(user), lambda: _waiting(user).count(), MENU_LAGS) or None


def _waiting(user) -> CaseQuerySet:
    return to_mediate(user) | Case.objects.offered_to(user)


def count_waiting_anew(user) -> None:
    """They look at all of it: the menu says what is so."""
    cache.delete(_waiting_key(user))


def reads_figures(user) -> bool:
    return user.has_perm("community.view_mediation_figures")


def _waiting_key(user) -> str:
    return f"community.mediations_waiting.{user.pk}"


ITEMS = (
    NavigationItem(
        key="community.mediation_day",
        label=_("My mediations"),
        url_name="community:mediation_day",
        icon="handshake",
        place="staff",
        visible=mediates,
        badge=waiting_count,
        order=36,
    ),
    NavigationItem(
        key="community.mediation_figures",
        label=_("Figures of mediation"),
        url_name="community:mediation_figures",
        icon="chart-column",
        place="upkeep",
        visible=reads_figures,
        order=61,
    ),
)
