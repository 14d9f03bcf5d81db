"""A statement as a household reads it: amounts are theirs (above zero came in), and each line says what it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ledger import Statement
from risparmio.book import bookings

WORDS: dict[str, str | Promise] = {
    bookings.TRANSFER: gettext_lazy("Transfer"),
    bookings.ASSIGNED: gettext_lazy("Transfer"),
    bookings.UNASSIGNED: gettext_lazy("Taken back: it was of somebody else"),
    bookings.CASH: gettext_lazy("Cash at the desk"),
    bookings.MATCHED: gettext_lazy("The agency adds to it"),
    bookings.MOVED: gettext_lazy("From one savings agreement to the next"),
    bookings.ORDERED: gettext_lazy("Payout"),
    bookings.OFFSET: gettext_lazy("To the landlord, as signed"),
}


@dataclass(frozen=True)
class Line:
    """`cents` above zero came in; `balance` is what was theirs after it."""

    day: date
    words: str
    cents: int
    balance: int


def told(of: Statement) -> list[Line]:
    """In the order of the statement. The book keeps what it owes below zero; a household reads it as theirs."""
    lines = []
    for line in of.lines:
        entry = line.posting.entry
        words = str(WORDS[entry.kind])
        if entry.reverses_id:
            words = _("Taken back: %(what)s") % {"what": words}
        lines.append(Line(day=line.day, words=words, cents=-line.posting.amount, balance=-line.balance))
    return lines
