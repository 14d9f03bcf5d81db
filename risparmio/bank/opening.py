"""What lay in an account before its first statement: the agency's own, once the treasurer has said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import LedgerEntry
from risparmio.agreements.models import NotPossible
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money, first_open_day
from risparmio.book.models import BankAccount

from .reconciling import day_before


@dataclass(frozen=True)
class Opening:
    """Cents that the first statement begins with, and that the book did not have at the end of that day."""

    day: date
    cents: int


def missing_opening(account: BankAccount) -> Opening | None:
    first = (
        account.statements.filter(opening_cents__isnull=False)
        .annotate(is_booked=Exists(_entries(account)))
        .order_by("opening_day", "first_day", "id")
        .first()
    )
    if first is None or first.is_booked:
        return None
    day = day_before(first)
    cents = first.opening_cents - account.ledger.balance(day)
    return Opening(day, cents) if cents > 0 else None


@transaction.atomic
def book_opening(account: BankAccount, *, by: Any) -> LedgerEntry:
    """Book it as the agency's, on its day or the first open one. Twice is once.

    Raises NotPossible where nothing is missing; PermissionDenied.
    """
    if not by.has_perm("risparmio.book_opening"):
        raise PermissionDenied
    book_of_money().lock()
    if known := _booked(account):
        return known
    opening = missing_opening(account)
    if opening is None:
        raise NotPossible(_("The book has what the first statement begins with."))
    entry = bookings.agency_funds(
        account.ledger, opening.cents, key=_key(account), about=account, day=first_open_day(opening.day)
    )
    record("risparmio.opening.booked", account, by=by)
    return entry


def _booked(account: BankAccount) -> LedgerEntry | None:
    return _entries(account).first()


def _entries(account: BankAccount) -> QuerySet:
    """One at most."""
    return LedgerEntry.objects.filter(book=account.ledger.book_id, key=_key(account))


def _key(account: BankAccount) -> str:
    return f"opening:{account.pk}"
