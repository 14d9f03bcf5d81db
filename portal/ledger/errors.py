"""Why something is not posted. What a caller got wrong is a ValueError; what a person can meet is not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import LedgerAccount, LedgerBook, LedgerEntry


class BadEntry(ValueError):
    """The postings are no entry: fewer than two, or see the subclasses."""


class BadAmount(BadEntry):
    """Not a whole number other than 0 that 64 bits hold, or one that takes a balance beyond them."""


class Unbalanced(BadEntry):
    """The amounts do not sum to zero."""


class ForeignAccount(BadEntry):
    """The account belongs to another book."""


class RepeatedAccount(BadEntry):
    """One account twice in an entry: say one amount."""


class BadCode(BadEntry):
    """A key, a kind or a code that could hold prose, and so a name: a journal is never changed."""


class DayAhead(Exception):
    """Nothing counts on a day that has not come."""

    def __init__(self, day: date):
        super().__init__(f"{day} has not come yet")
        self.day = day


class DayClosed(Exception):
    """The day is of a period that is closed: book on a day after it, or take back what stands there, today."""

    def __init__(self, book: LedgerBook, day: date, closed: date):
        super().__init__(f"{book.code} is closed up to {closed}; nothing is booked on {day}")
        self.day = day
        self.closed = closed


class KeyTaken(Exception):
    """The key was used for an entry with another body. A view answers 409."""

    def __init__(self, entry: LedgerEntry):
        super().__init__(f"{entry.key} is the key of entry {entry.number} already, with another body")
        self.entry = entry


class LimitReached(Exception):
    """The posting would lead out of an account's limits, or further out. `would_be` and `limit` in the book's unit."""

    def __init__(self, account: LedgerAccount, would_be: int, limit: int):
        super().__init__(f"{account.code} would come to {would_be}; its limit is {limit}")
        self.account = account
        self.would_be = would_be
        self.limit = limit


class AlreadyReversed(Exception):
    """The entry was reversed under another key, or is a reversal itself: book a new entry instead."""

    def __init__(self, entry: LedgerEntry):
        super().__init__(f"entry {entry.number} cannot be reversed (again)")
        self.entry = entry
