"""Append-only double entry, for hours (minutes) and for money (cents): one engine, several books.

book = LedgerBook.named("community.hours", unit="minutes")
book.post(key=exchange.client_id, kind="community.exchange", postings=[(giver, 60), (receiver, -60)], about=exchange)
"""

from .closings import LedgerClosing, close
from .errors import (
    AlreadyReversed,
    BadAmount,
    BadCode,
    BadEntry,
    DayAhead,
    DayClosed,
    ForeignAccount,
    KeyTaken,
    LimitReached,
    RepeatedAccount,
    Unbalanced,
)
from .models import LedgerAccount, LedgerBook, LedgerEntry, LedgerPosting
from .statements import Line, Statement, statement
from .verifying import Discrepancy, Head, head, verify

__all__ = [
    "AlreadyReversed",
    "BadAmount",
    "BadCode",
    "BadEntry",
    "DayAhead",
    "DayClosed",
    "Discrepancy",
    "ForeignAccount",
    "Head",
    "KeyTaken",
    "LedgerAccount",
    "LedgerBook",
    "LedgerClosing",
    "LedgerEntry",
    "LedgerPosting",
    "LimitReached",
    "Line",
    "RepeatedAccount",
    "Statement",
    "Unbalanced",
    "close",
    "head",
    "statement",
    "verify",
]
