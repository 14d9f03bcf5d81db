"""Every entry that the book of money can hold, by name. Each shows its postings as an accountant would write them.

Amounts are whole cents above zero. `key` makes it one: again with the same body, it is the same entry; with another,
KeyTaken. `day`: on which it counts, where that is not today. All raise LimitReached, DayClosed, DayAhead or BadAmount
(portal.ledger), and belong into the transaction of the verb that calls them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from portal.ledger import BadAmount, LedgerAccount, LedgerEntry

from .accounts import (
    AGENCY,
    LANDLORD,
    PAYABLE,
    SUSPENSE,
    book_of_money,
    differences,
    owed,
    till_of,
    transit,
    unexplained,
)

# What an entry calls itself: "risparmio.<kind>".
TRANSFER, UNKNOWN, ASSIGNED, CASH, BANKED, ARRIVED = (
    "risparmio.transfer",
    "risparmio.unknown",
    "risparmio.assigned",
    "risparmio.cash",
    "risparmio.banked",
    "risparmio.arrived",
)
FUNDED, MATCHED = "risparmio.funded", "risparmio.matched"
ORDERED, PAID, RETURNED, OFFSET, HANDED_OVER = (
    "risparmio.ordered",
    "risparmio.paid",
    "risparmio.returned",
    "risparmio.offset",
    "risparmio.handed_over",
)
COUNTED, EXPLAINED = "risparmio.counted", "risparmio.explained"
UNASSIGNED = "risparmio.unassigned"
MOVED, COVERED = "risparmio.moved", "risparmio.covered"
# What a household itself has put aside, as against what it took out or was given.
OWN = (TRANSFER, ASSIGNED, UNASSIGNED, CASH)
# And what it brought along from an earlier agreement: no month is covered by that, and the agency has added to it.
BROUGHT = (*OWN, MOVED)


def transfer_in(bank: LedgerAccount, household: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """A household's transfer is on the statement.

    | bank      | +50.00 |
    | household | −50.00 |
    """
    return _post(TRANSFER, bank, household, cents, **booked)


def unknown_in(bank: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """Something is on the statement, and nobody knows for whom.

    | bank     | +50.00 |
    | suspense | −50.00 |
    """
    return _post(UNKNOWN, bank, owed(SUSPENSE), cents, **booked)


def assign(household: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """Somebody has found out whose it was.

    | suspense  | +50.00 |
    | household | −50.00 |
    """
    return _post(ASSIGNED, owed(SUSPENSE), household, cents, **booked)


def unassign(account: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """It was neither that household's, nor the agency's, nor cash on its way: nobody knows again whose. Raises
    LimitReached where it is not there any more.

    | household, agency or transit | +50.00 |
    | suspense                     | −50.00 |
    """
    return _post(UNASSIGNED, account, owed(SUSPENSE), cents, **booked)


def send_back(bank: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """What was nobody's of ours has gone back to where it came from. Of a line that nobody knew, `bank` is what stands
    as unexplained.

    | suspense | +50.00 |
    | bank     | −50.00 |
    """
    return _post(RETURNED, owed(SUSPENSE), bank, cents, **booked)


def cash_in(desk: int, household: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """Cash at a desk, against a receipt.

    | till      | +20.00 |
    | household | −20.00 |
    """
    return _post(CASH, till_of(desk), household, cents, **booked)


def count_cash(desk: int, difference: int, **booked: Any) -> LedgerEntry:
    """A count found `difference` cents more (or less, below zero) than the book says. Raises BadAmount for none.

    | too much     | till +1.00 | differences −1.00 |
    | too little   | till −1.00 | differences +1.00 |
    """
    postings = [(till_of(desk), difference), (differences(), -difference)]
    return book_of_money().post(kind=COUNTED, postings=postings, **booked)


def cover_difference(cents: int, **booked: Any) -> LedgerEntry:
    """What counts have found too little, the agency bears; what they found too much (below zero), it keeps. Raises
    BadAmount for none.

    | too little | agency +1.00 | differences −1.00 |
    | too much   | agency −1.00 | differences +1.00 |
    """
    postings = [(owed(AGENCY), cents), (differences(), -cents)]
    return book_of_money().post(kind=COVERED, postings=postings, **booked)


def cash_to_bank(desk: int, cents: int, **booked: Any) -> LedgerEntry:
    """Somebody carries cash to the bank.

    | transit | +200.00 |
    | till    | −200.00 |
    """
    return _post(BANKED, transit(), till_of(desk), cents, **booked)


def cash_arrived(bank: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """And it is on the statement. Of a line that nobody knew, `bank` is suspense.

    | bank    | +200.00 |
    | transit | −200.00 |
    """
    return _post(ARRIVED, bank, transit(), cents, **booked)


def agency_funds(bank: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """The agency pays in what it will give to savings, and what the bank will charge.

    | bank   | +500.00 |
    | agency | −500.00 |
    """
    return _post(FUNDED, bank, owed(AGENCY), cents, **booked)


def agency_matches(household: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """The agency adds to what a household has put aside. Only what it has paid in.

    | agency    | +10.00 |
    | household | −10.00 |
    """
    return _post(MATCHED, owed(AGENCY), household, cents, **booked)


def unknown_out(bank: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """The bank took something, and nobody knows why.

    | unexplained | +2.00 |
    | bank        | −2.00 |
    """
    return _post(UNKNOWN, unexplained(), bank, cents, **booked)


def explain_charges(cents: int, **booked: Any) -> LedgerEntry:
    """They were charges: the agency bears them, no household ever pays for it.

    | agency      | +2.00 |
    | unexplained | −2.00 |
    """
    return _post(EXPLAINED, owed(AGENCY), unexplained(), cents, **booked)


def unexplain_charges(cents: int, **booked: Any) -> LedgerEntry:
    """They were no charges: nobody knows again why.

    | unexplained | +2.00 |
    | agency      | −2.00 |
    """
    return _post(UNASSIGNED, unexplained(), owed(AGENCY), cents, **booked)


def assign_to_agency(cents: int, **booked: Any) -> LedgerEntry:
    """What came in and was unknown is the agency's.

    | suspense | +500.00 |
    | agency   | −500.00 |
    """
    return _post(FUNDED, owed(SUSPENSE), owed(AGENCY), cents, **booked)


def order_payout(household: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """An approved payout goes to the bank. Raises LimitReached where the household has not so much.

    | household | +300.00 |
    | payable   | −300.00 |
    """
    return _post(ORDERED, household, owed(PAYABLE), cents, **booked)


def payout_confirmed(bank: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """And it is on the statement. Of a line that nobody knew, `bank` is what stands as unexplained.

    | payable | +300.00 |
    | bank    | −300.00 |
    """
    return _post(PAID, owed(PAYABLE), bank, cents, **booked)


def payout_came_back(
    bank: LedgerAccount, cents: int, code: str, *, kept: int = 0, **booked: Any
) -> LedgerEntry:
    """The bank could not pay it (a wrong IBAN); the order itself is then reversed. code: PAYABLE, or LANDLORD. What
    banks kept of it (`kept`, less than all) the agency bears. Of a line that nobody knew, `bank` is suspense.

    | bank    | +299.00 |
    | agency  | +1.00   |
    | payable | −300.00 |
    """
    if not kept:
        return _post(RETURNED, bank, owed(code), cents, **booked)
    if not 0 < kept < cents:
        raise BadAmount(f"{kept!r} is not a part of {cents!r}")
    postings = [(bank, cents - kept), (owed(AGENCY), kept), (owed(code), -cents)]
    return book_of_money().post(kind=RETURNED, postings=postings, **booked)


def pass_on(ended: LedgerAccount, newer: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """What came back to an agreement that has ended goes to the household's newer one.

    | household, ended | +300.00 |
    | household, newer | −300.00 |
    """
    return _post(MOVED, ended, newer, cents, **booked)


def offset_arrears(household: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """Set against arrears, with the household's signed statement and a second approver.

    | household | +100.00 |
    | landlord  | −100.00 |
    """
    return _post(OFFSET, household, owed(LANDLORD), cents, **booked)


def landlord_paid(bank: LedgerAccount, cents: int, **booked: Any) -> LedgerEntry:
    """And it is on the statement.

    | landlord | +100.00 |
    | bank     | −100.00 |
    """
    return _post(HANDED_OVER, owed(LANDLORD), bank, cents, **booked)


def _post(
    kind: str,
    plus: LedgerAccount,
    minus: LedgerAccount,
    cents: int,
    *,
    key: str,
    about: Any,
    day: date | None = None,
    at: datetime | None = None,
) -> LedgerEntry:
    if type(cents) is not int or cents <= 0:
        raise BadAmount(f"{cents!r} is no amount of cents above zero")
    postings = [(plus, cents), (minus, -cents)]
    return book_of_money().post(key=key, kind=kind, postings=postings, about=about, day=day, at=at)
