"""Where the treasurer's day stands in the menu."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import NavigationItem
from risparmio.roles import keeps_books

ITEMS = (
    NavigationItem(
        key="risparmio.day",
        label=_("Savings today"),
        url_name="risparmio:day",
        icon="list-checks",
        place="staff",
        visible=keeps_books,
        order=44,
    ),
)
