"""The book of money, and which accounts it has. Cents; what lies somewhere is above zero, what is owed below.

So at any time: banks + tills + transit + unexplained + differences
= − (households + suspense + agency + payable + landlord).

| code             | holds                                                                     | stands |
|------------------|---------------------------------------------------------------------------|--------|
| `bank-<id>`      | what lies in an account at a bank                                         | ≥ 0    |
| `till-<desk>`    | cash at a desk                                                            | ≥ 0    |
| `transit`        | cash that has left a till and is not on a statement yet                   | ≥ 0    |
| `household-<…>`  | what a household has put aside; the code is drawn                         | ≤ 0    |
| `suspense`       | what came in, and nobody knows for whom                                   | ≤ 0    |
| `agency`         | what the agency gave to match savings, and for the bank's charges         | ≤ 0    |
| `payable`        | payouts that are ordered, and not on a statement yet                      | ≤ 0    |
| `landlord`       | set against arrears with the household's signature, not handed over yet   | ≤ 0    |
| `unexplained`    | what a bank took, and nobody knows why                                    | ≥ 0    |
| `differences`    | what a count of cash found too much (≤ 0) or too little (≥ 0)             | any    |
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from portal.ledger import LedgerAccount, LedgerBook

BOOK = "risparmio.money"
SUSPENSE, AGENCY, PAYABLE, LANDLORD = "suspense", "agency", "payable", "landlord"
TRANSIT, DIFFERENCES, UNEXPLAINED = "transit", "differences", "unexplained"


def book_of_money() -> LedgerBook:
    return LedgerBook.named(BOOK, unit=LedgerBook.Unit.CENTS)


def first_open_day(day: date) -> date:
    """That day, or the first after it on which the book still takes entries."""
    closed = book_of_money().closed_until()
    return max(day, closed + timedelta(days=1)) if closed else day


def open_household() -> LedgerAccount:
    """A new one. Never overdrawn: the ledger refuses what would leave a household owing. The code leads to nobody."""
    return book_of_money().account(f"household-{uuid.uuid4().hex}", highest=0)


def open_bank(number: int) -> LedgerAccount:
    """Of the bank account with that id. Without limit: a statement may be read before the one that it builds on."""
    return book_of_money().account(f"bank-{number}")


def till_of(desk: int) -> LedgerAccount:
    """Cash at the desk with that id: nobody takes out more than there is."""
    return book_of_money().account(f"till-{desk}", lowest=0)


def transit() -> LedgerAccount:
    return book_of_money().account(TRANSIT, lowest=0)


def owed(code: str) -> LedgerAccount:
    """SUSPENSE, AGENCY, PAYABLE or LANDLORD: what is given out of it has come into it before."""
    return book_of_money().account(code, highest=0)


def differences() -> LedgerAccount:
    return book_of_money().account(DIFFERENCES)


def unexplained() -> LedgerAccount:
    """What a bank took, and nobody knows why."""
    return book_of_money().account(UNEXPLAINED, lowest=0)
