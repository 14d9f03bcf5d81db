"""For whom mutual aid stands in the menus."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.menus import MENU_LAGS, answers, concerns, waiting_key
from community.mutual_aid.time_bank.pot import PotRequest
from portal.extensions import NavigationItem

from .models import Exchange


def waiting_count(user) -> int | None:
    """What waits for the yes of whoever answers for an area. Every page asks, for its menu: remembered for MENU_LAGS,
    and until they answer something."""
    if not answers(user):
        return None
    return cache.get_or_set(waiting_key(user), lambda: _waiting(user), MENU_LAGS) or None


def _waiting(user) -> int:
    asking = PotRequest.objects.to_decide_by(user)
    return Exchange.objects.waiting_for_steward(user).count() + asking.count()


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
        badge=waiting_count,
        order=35,
    ),
)
