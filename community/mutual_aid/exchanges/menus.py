"""For whom mutual aid stands in the menus."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.menus import MENU_LAGS, concerns
from community.safety.areas import answers_anywhere
from portal.extensions import NavigationItem


def answers(user) -> bool:
    if not user.is_authenticated:
        return False
    return cache.get_or_set(f"community.answers.{user.pk}", lambda: answers_anywhere(user), MENU_LAGS)


ITEMS = (
    NavigationItem(
        key="community.board",
        label=_("Mutual aid"),
        url_name="community:board",
        icon="heart-handshake",
        visible=concerns,
        order=30,
    ),
    NavigationItem(
        key="community.exchange_care",
        label=_("Approvals"),
        url_name="community:exchange_care",
        icon="shield-check",
        place="staff",
        visible=answers,
        order=35,
    ),
)
