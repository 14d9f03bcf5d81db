"""Where cash, payouts and the files for the bank stand in the menu, and for whom."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import NavigationItem
from risparmio.roles import approves, audits, keeper, reader

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
        key="risparmio.transfers",
        label=_("Transfers"),
        url_name="risparmio:transfers",
        icon="file-output",
        place="staff",
        visible=keeper,
        order=46,
    ),
    NavigationItem(
        key="risparmio.cash",
        label=_("Cash"),
        url_name="risparmio:cash",
        icon="coins",
        place="staff",
        visible=reader,
        order=47,
    ),
)
