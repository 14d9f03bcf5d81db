"""Where the book stands in the menu, and for whom."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import NavigationItem
from risparmio.roles import keeper

ITEMS = (
    NavigationItem(
        key="risparmio.book",
        label=_("Book of savings"),
        url_name="risparmio:book",
        icon="book-open",
        place="staff",
        visible=keeper,
        order=48,
    ),
)
