"""Where mediation stands in the menus: for everybody alike, and without a count, which would tell over a shoulder."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.extensions import NavigationItem

ITEMS = (
    NavigationItem(
        key="community.mediation",
        label=_("Mediation"),
        url_name="community:mediation_home",
        icon="handshake",
        order=36,  # after mutual aid and what people need every day
    ),
)
