"""What moves hours from one account to another. A giver's balance grows, a receiver's shrinks: the debt is to the bank.

Minutes are whole half-hours, from 30 to 720. `key` is whatever makes the booking one: again with the same body, it is
the same entry; with another, KeyTaken. `about` is the row it is for. Raises LimitReached (portal.ledger), whose
`account.hours_account` says whose limit it was, or ValueError for what no form of ours lets through.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction

from portal.events import record
from portal.ledger import BadAmount, KeyTaken, LedgerEntry, LimitReached

from .models import HoursAccount, HoursLimits, book_of_hours
from .querysets import kind_of
from .words import LONGEST, SHORTEST, STEP, Holder

# Of the postings of bookings and of what takes them back, those of whoever gave: of the latter they are below zero.
GIVEN = models.Q(entry__reverses=None, amount__gt=0) | models.Q(entry__reverses__isnull=False, amount__lt=0)

__all__ = [
    "GIVEN",
    "KeyTaken",
    "LimitReached",
    "NotEnough",
    "credit_exchange",
    "credit_presence",
    "draw_from_pot",
    "give_to_pot",
    "group_credit",
    "open_accounts",
    "room_between",
    "take_back",
]


class NotEnough(Exception):
    """Somebody would give to the pot what they have not got. `balance` in minutes."""

    def __init__(self, balance: int):
        super().__init__(f"the balance is {balance}")
        self.balance = balance


@transaction.atomic
def credit_exchange(
    giver, receiver, minutes: int, key: str, about: models.Model, *, at: datetime | None = None
) -> LedgerEntry:
    """Somebody helped somebody. Either may be a person or an organization. at: for what is past (a demo)."""
    given, received = _accounts_of(giver, receiver)
    return _post(
        "community.exchange", {given: minutes, received: -minutes}, minutes, key=key, about=about, at=at
    )


@transaction.atomic
def take_back(key: str) -> LedgerEntry | None:
    """The reversal of what was credited under that key. Again: the same reversal. None where nothing was."""
    entry = book_of_hours().entries.filter(key=key).first()
    return entry and entry.reverse(key=f"{key}:back")


@transaction.atomic
def give_to_pot(giver, minutes: int, key: str) -> LedgerEntry:
    """A gift of hours that one has. Raises NotEnough."""
    own, pot = HoursAccount.of(giver), HoursAccount.pot()
    book = book_of_hours()
    book.lock()  # the balance that is looked at is the one that is booked on
    if own.balance < minutes and not book.entries.filter(key=key).exists():
        raise NotEnough(own.balance)
    entry = _post("community.gift", {own: -minutes, pot: minutes}, minutes, key=key, about=own)
    if entry.is_new:
        record("community.hours.given", own, by=own.person, minutes=minutes)
    return entry


@transaction.atomic
def draw_from_pot(person, minutes: int, key: str, about: models.Model) -> LedgerEntry:
    """Hours of the pot for somebody who cannot give. Raises LimitReached, of the pot where it holds too little."""
    own, pot = HoursAccount.of(person), HoursAccount.pot()
    return _post("community.pot", {own: minutes, pot: -minutes}, minutes, key=key, about=about)


@transaction.atomic
def group_credit(
    people: Iterable, minutes: int, key: str, about: models.Model, *, at: datetime | None = None
) -> LedgerEntry:
    """A shared day, a shift: each of the people (or organizations) gave `minutes`, to all; the bank answers for it.

    All or nothing: LimitReached says whose account has no room, and the caller leaves them out.
    """
    accounts = dict.fromkeys(_accounts_of(*people))
    amounts = dict.fromkeys(accounts, minutes) | {HoursAccount.bank(): -minutes * len(accounts)}
    return _post("community.shared", amounts, minutes, key=key, about=about, at=at)


@transaction.atomic
def credit_presence(
    person, minutes: int, key: str, about: models.Model, *, at: datetime | None = None
) -> LedgerEntry:
    """Somebody was there, at a shift or a shared day. Whose account is full gave for all: the hours go to the pot, and
    so do those of whoever is not known any more (None)."""
    own = HoursAccount.of(person) if person is not None else HoursAccount.pot()
    bank, pot = HoursAccount.bank(), HoursAccount.pot()
    try:
        with transaction.atomic():
            return _post(
                "community.shared", {own: minutes, bank: -minutes}, minutes, key=key, about=about, at=at
            )
    except LimitReached:
        return _post("community.shared", {pot: minutes, bank: -minutes}, minutes, key=key, about=about, at=at)


def open_accounts(holders: Iterable) -> None:
    """Before several are booked on one after the other: of those who open the same nobody waits for ever."""
    _accounts_of(*holders)


def room_between(giver, receiver) -> int:
    """The most minutes that `credit_exchange` would book now, in half-hours; 0 where a limit is reached."""
    limits = _limits()
    room = [
        limits[kind_of(giver)].highest - _balance_of(giver)
        if limits[kind_of(giver)].highest is not None
        else LONGEST,
        _balance_of(receiver) - limits[kind_of(receiver)].lowest,
    ]
    return max(0, min(*room, LONGEST) // STEP * STEP)


def _post(
    kind: str,
    amounts: dict[HoursAccount, int],
    minutes: int,
    *,
    key: str,
    about: models.Model,
    at: datetime | None = None,
) -> LedgerEntry:
    """Book it within the limits of today, and say who has come near one."""
    if type(minutes) is not int or minutes % STEP or not SHORTEST <= minutes <= LONGEST:
        raise BadAmount(f"{minutes!r} minutes are no half-hours between {SHORTEST} and {LONGEST}")
    limits = _limits()
    for account in amounts:
        account.keep_limits(limits.get(account.kind))
    postings = [(account.ledger, amount) for account, amount in amounts.items()]
    entry = book_of_hours().post(key=key, kind=kind, postings=postings, about=about, at=at)
    if entry.is_new:
        _tell_who_is_near(entry, amounts)
    return entry


def _tell_who_is_near(entry: LedgerEntry, accounts: Iterable[HoursAccount]) -> None:
    by_ledger = {account.ledger_id: account for account in accounts if account.holder}
    for posting in entry.postings.filter(account__in=by_ledger):
        account = by_ledger[posting.account_id]
        account.tell_if_near(posting.balance_after - posting.amount, posting.balance_after)


def _accounts_of(*holders) -> list[HoursAccount]:
    """In the order given, opened in one order, so that two who open the same do not wait for each other for ever."""
    by_holder = sorted(holders, key=lambda holder: (kind_of(holder), holder.pk))
    opened = {(kind_of(holder), holder.pk): HoursAccount.of(holder) for holder in by_holder}
    return [opened[kind_of(holder), holder.pk] for holder in holders]


def _balance_of(holder) -> int:
    account = HoursAccount.objects.of(holder).with_standing().first()
    return account.standing if account else 0


def _limits() -> dict[str, HoursLimits]:
    """By the kind of holder; the bank has none."""
    limits = {row.kind: row for row in HoursLimits.objects.all()}
    for kind in (Holder.PERSON, Holder.ORGANIZATION, Holder.POT):
        if kind not in limits:
            raise LookupError(f"the register of limits says nothing of {kind}")
    return limits
