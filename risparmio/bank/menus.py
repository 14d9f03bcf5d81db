"""Where the bank stands in the menu, and for whom."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import NavigationItem
from risparmio.roles import keeper

ITEMS = (
    NavigationItem(
        key="risparmio.bank",
        label=_("Bank"),
        url_name="risparmio:bank",
        icon="landmark",
        place="staff",
        visible=keeper,
        order=46,
    ),
)
