"""For whom the figures of mutual aid stand in the menu."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.menus import MENU_LAGS
from portal.extensions import NavigationItem


def reads_figures(user) -> bool:
    return user.is_authenticated and cache.get_or_set(
        f"community.figures.{user.pk}", lambda: user.has_perm("community.view_figures"), MENU_LAGS
    )


ITEMS = (
    NavigationItem(
        key="community.figures",
        label=_("Figures of mutual aid"),
        url_name="community:figures",
        icon="chart-column",
        place="upkeep",
        visible=reads_figures,
        order=60,
    ),
)
