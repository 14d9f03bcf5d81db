"""Where the treasurer's day stands in the menu: also for those who look at what the treasurer does."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import NavigationItem
from risparmio.roles import keeper

ITEMS = (
    NavigationItem(
        key="risparmio.day",
        label=_("Savings today"),
        url_name="risparmio:day",
        icon="list-checks",
        place="staff",
        visible=keeper,
        order=44,
    ),
)
