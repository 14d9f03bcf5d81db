"""The words of the book as those who keep and check it say them, each in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from risparmio.book import accounts, bookings


class Work(models.TextChoices):
    """Where something stands that takes a while."""

    WAITING = "waiting", pgettext_lazy("of long work", "waiting")
    UNDER_WAY = "under_way", pgettext_lazy("of long work", "under way")
    DONE = "done", pgettext_lazy("of long work", "done")


# What an entry is.
KINDS = {
    bookings.TRANSFER: _("transfer of a household"),
    bookings.UNKNOWN: _("line of a bank that nobody knows"),
    bookings.ASSIGNED: _("found out for whom it was"),
    bookings.UNASSIGNED: _("was not for whom it had been booked"),
    bookings.CASH: _("cash at a desk"),
    bookings.BANKED: _("cash carried to the bank"),
    bookings.ARRIVED: _("cash arrived at the bank"),
    bookings.FUNDED: _("money of the agency"),
    bookings.MATCHED: _("the agency adds to savings"),
    bookings.ORDERED: _("payout ordered"),
    bookings.PAID: _("payout on the statement"),
    bookings.RETURNED: _("payout or transfer sent back"),
    bookings.OFFSET: _("set against arrears"),
    bookings.HANDED_OVER: _("handed over to the landlord"),
    bookings.COUNTED: _("difference of a count of cash"),
    bookings.MOVED: _("from an ended agreement to a newer one"),
    bookings.COVERED: _("difference of cash covered by the agency"),
    bookings.EXPLAINED: _("unknown line explained as charges"),
}

# Accounts of which there is one.
SINGLE = {
    accounts.TRANSIT: _("Cash on its way to the bank"),
    accounts.UNEXPLAINED: _("Taken by a bank, nobody knows why"),
    accounts.DIFFERENCES: _("Differences of cash counts"),
    accounts.SUSPENSE: _("Came in, nobody knows for whom"),
    accounts.AGENCY: _("Money of the agency"),
    accounts.PAYABLE: _("Payouts that were ordered"),
    accounts.LANDLORD: _("For landlords"),
}

# What the check of a journal finds (portal.ledger.Discrepancy.what).
WRONG = {
    "gap": _("A number is missing before it."),
    "chain": _("It does not stand on the entry before it."),
    "hash": _("What it says is not what was sealed."),
    "time": _("It goes back in time."),
    "day": _("It counts on a day on which nothing could be booked."),
    "sum": _("Its amounts do not sum to zero."),
    "sequence": _("An account has a gap."),
    "balance": _("The balance of an account does not add up."),
    "orphan": _("There is an amount without an entry."),
    "head": _("The end of the chain that was told earlier is not in it."),
    "closing": _("A closed period is not as it was closed."),
}
