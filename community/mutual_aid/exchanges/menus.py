"""For whom mutual aid stands in the menus."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.mutual_aid.menus import answers, concerns
from portal.extensions import NavigationItem

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
