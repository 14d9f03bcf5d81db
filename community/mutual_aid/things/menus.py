"""Where things stand in the menus."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.neighbourhood import reach_of
from community.safety.roles import caseworker
from portal.extensions import NavigationItem

MENU_LAGS = 60  # seconds


def concerns(user) -> bool:
    """Whoever belongs somewhere, and the agency. Every page asks, for its menu: remembered for MENU_LAGS."""
    if not user.is_authenticated:
        return False
    return caseworker(user) or cache.get_or_set(
        f"community.belongs.{user.pk}", lambda: bool(reach_of(user)), MENU_LAGS
    )


ITEMS = (
    NavigationItem(
        key="community.things",
        label=_("Borrow"),
        url_name="community:things",
        icon="drill",
        visible=concerns,
        order=35,
    ),
)
