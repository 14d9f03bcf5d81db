"""The end of a statement, for a page that shows no more of it."""

from __future__ import annotations

from django.db.models import F

from portal.ledger import Line as Booked

from .models import SavingsAgreement
from .statement import Line, explained


def last_lines(agreement: SavingsAgreement, count: int, *, held: int) -> list[Line]:
    """The last `count` lines in the words of a statement of all of it, the last one first. held: cents now.

    As many questions however long the account is: balances are reckoned back from what there is.
    """
    postings = agreement.ledger.postings.select_related("entry__reverses")
    rows = list(postings.order_by(F("entry__day").desc(nulls_last=True), "-sequence")[:count])
    balance = -held  # the book keeps what it owes below zero
    lines = []
    for row in rows:
        lines.append(Booked(row, row.entry.day, balance))
        balance -= row.amount
    return explained(agreement, lines)
