"""Files as a bank makes them, for the tests of its room."""

from datetime import timedelta

from django.utils import timezone

from risparmio.book.accounts import book_of_money
from tests.risparmio import statements

THEIRS = "DE89370400440532013000"
TODAY = timezone.localdate()
YESTERDAY, BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=2)


def swift(*lines, opening=0, closing=None, day=YESTERDAY, number=1):
    """Of two days, unless another `day` is the last: (day, cents, text) each."""
    return statements.swift(lines, opening=opening, closing=closing, before=BEFORE, until=day, number=number)


def balances():
    return {code: amount for code, amount in book_of_money().replay().items() if amount}
