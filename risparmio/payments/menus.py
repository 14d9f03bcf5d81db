"""Where cash and payouts stand in the menu, and for whom."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import NavigationItem
from risparmio.roles import advises, approves, audits, keeps_books

ITEMS = (
    NavigationItem(
        key="risparmio.approvals",
        label=_("Payouts to approve"),
        url_name="risparmio:approvals",
        icon="check-check",
        place="staff",
        visible=approves | audits,
        order=45,
    ),
    NavigationItem(
        key="risparmio.cash",
        label=_("Cash"),
        url_name="risparmio:cash",
        icon="coins",
        place="staff",
        visible=advises | keeps_books,
        order=47,
    ),
)
