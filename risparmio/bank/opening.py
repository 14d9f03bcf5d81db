"""What lay in an account before its first statement: the agency's own, once the treasurer has said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import LedgerEntry
from risparmio.agreements.models import NotPossible
from risparmio.book import bookings
from risparmio.book.accounts import AGENCY, book_of_money, first_open_day, owed
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


@transaction.atomic
def take_back_opening(account: BankAccount, *, by: Any) -> None:
    """It was not so much, or not the agency's: what was booked is reversed, and may be booked anew. Twice is once.

    Raises NotPossible where the agency has given of it meanwhile; PermissionDenied.
    """
    if not by.has_perm("risparmio.book_opening"):
        raise PermissionDenied
    book_of_money().lock()
    entry = _booked(account)
    if entry is None:
        return
    if -owed(AGENCY).balance() < booked_opening(account):
        raise NotPossible(_("The agency has used a part of it meanwhile: it has to pay in first."))
    entry.reverse(key=f"{entry.key}:back", day=first_open_day(entry.day))
    record("risparmio.opening.taken_back", account, by=by)


def booked_opening(account: BankAccount) -> int:
    """Cents that stand booked as its opening; 0 for none."""
    entry = _booked(account)
    return sum(posting.amount for posting in entry.postings.all() if posting.amount > 0) if entry else 0


def _booked(account: BankAccount) -> LedgerEntry | None:
    return _entries(account).first()


def _entries(account: BankAccount) -> QuerySet:
    """One at most that was not taken back."""
    return _all(account).filter(reversed_by=None)


def _all(account: BankAccount) -> QuerySet:
    key = f"opening:{account.pk}"
    of_account = Q(key=key) | Q(key__startswith=f"{key}.")
    return LedgerEntry.objects.filter(of_account, book=account.ledger.book_id, reverses=None)


def _key(account: BankAccount) -> str:
    """Each time that it was taken back begins a round of its own."""
    rounds = _all(account).count()
    return f"opening:{account.pk}.{rounds}" if rounds else f"opening:{account.pk}"
