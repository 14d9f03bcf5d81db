"""Books, accounts, and the journal: entries of two or more postings that sum to zero.

Rows hold codes, never names or free text: who owns an account is known to the plugin that opened it, by a foreign key
of its own, so that erasing a person never touches the ledger. Amounts are integers in the book's unit.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .canonical import GENESIS, body_digest, entry_hash
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
from .guards import ENTRIES, POSTINGS
from .querysets import AccountQuerySet, EntryQuerySet

LARGEST = 2**63 - 1
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


class LedgerBook(models.Model):
    """One journal of one unit. All who post in it wait for each other on its row, and on no other: no deadlock."""

    class Unit(models.TextChoices):
        MINUTES = "minutes", _("minutes")
        CENTS = "cents", _("cents")

    code = models.CharField(_("code"), max_length=100, unique=True, editable=False)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit.choices, editable=False)

    class Meta:
        verbose_name = _("book")
        verbose_name_plural = _("books")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @classmethod
    def named(cls, code: str, *, unit: str) -> LedgerBook:
        """The book of that code, opened where it is not there yet. Raises ValueError for another unit than it has."""
        book, _created = cls.objects.get_or_create(code=checked_code(code), defaults={"unit": cls.Unit(unit)})
        if book.unit != unit:
            raise ValueError(f"{code} is kept in {book.unit}, not in {unit}")
        return book

    def account(self, code: str, *, lowest: int | None = None, highest: int | None = None) -> LedgerAccount:
        """The account of that code, opened with those limits where it is not there yet."""
        limits = {"lowest": lowest, "highest": highest}
        account, _created = LedgerAccount.objects.get_or_create(
            book=self, code=checked_code(code), defaults=limits
        )
        return account

    @transaction.atomic
    def post(
        self,
        *,
        key: str | uuid.UUID,
        kind: str,
        postings: Sequence[tuple[LedgerAccount, int]],
        about: models.Model | None = None,
        day: date | None = None,
        at: datetime | None = None,
    ) -> LedgerEntry:
        """Book an entry, in the caller's transaction. The same key and body again: the entry that stands already, whose
        `is_new` is false: what follows from a booking follows once.

        kind: a code ("community.exchange"). about: what it is for, stored as its label and number. day: on which it
        counts, where that is not the day of the booking (a bank tells a day later). at: when it is booked, where that
        is not now (a demo tells what is past); never before the entry before it.
        Raises KeyTaken, LimitReached, DayAhead, DayClosed, or a BadEntry. Whoever locks rows of their own does so
        before.
        """
        amounts = self._checked(postings)
        return self._write(key=key, kind=kind, amounts=amounts, about=reference_to(about), day=day, at=at)

    def _checked(self, postings: Sequence[tuple[LedgerAccount, int]]) -> dict[int, int]:
        """Amounts by the account's id."""
        amounts: dict[int, int] = {}
        for account, amount in postings:
            if account.book_id != self.pk:
                raise ForeignAccount(f"{account.code} is not of {self.code}")
            if account.pk in amounts:
                raise RepeatedAccount(f"{account.code} twice")
            if type(amount) is not int or not 0 < abs(amount) <= LARGEST:
                raise BadAmount(f"{account.code}: {amount!r}")
            amounts[account.pk] = amount
        if len(amounts) < 2:
            raise BadEntry("an entry has two or more postings")
        if total := sum(amounts.values()):
            raise Unbalanced(f"the amounts sum to {total}")
        return amounts

    def _write(
        self,
        *,
        key: str | uuid.UUID,
        kind: str,
        amounts: dict[int, int],
        about: str,
        day: date | None = None,
        at: datetime | None = None,
        reverses: LedgerEntry | None = None,
    ) -> LedgerEntry:
        key, kind = checked_code(str(key)), checked_code(kind)
        if at is not None and at > timezone.now():
            raise BadEntry(f"{at} has not come yet")
        self.lock()
        accounts = list(LedgerAccount.objects.filter(pk__in=amounts).with_last())
        undone = reverses.number if reverses else None
        digest = body_digest(
            kind=kind,
            about=about,
            reverses=undone,
            amounts=[(account.code, amounts[account.pk]) for account in accounts],
            day=day,
        )
        if known := self.entries.filter(key=key).first():
            if known.body != digest:
                raise KeyTaken(known)
            return known
        if reverses and self.entries.filter(reverses=reverses).exists():
            raise AlreadyReversed(reverses)
        entry = LedgerEntry(book=self, kind=kind, key=key, about=about, body=digest, reverses=reverses)
        rows = [entry._posting(account, amounts[account.pk]) for account in accounts]
        if not reverses:
            for account, row in zip(accounts, rows, strict=True):
                account._keep_within(row.amount, row.balance_after)
        last = self.entries.order_by("-number").first()
        entry.number = last.number + 1 if last else 1
        entry.at = max(at or timezone.now(), last.at) if last else at or timezone.now()
        entry.day = self._open(day, timezone.localdate(entry.at))
        entry.previous_hash = last.hash if last else GENESIS
        entry.hash = entry.computed_hash(rows)
        # In this order: the row of the entry asks whether its postings are whole, and seals them (guards.py).
        LedgerPosting.objects.bulk_create(rows)
        entry.save(force_insert=True)
        entry.is_new = True
        return entry

    def _open(self, day: date | None, today: date) -> date:
        """The day on which an entry counts that is booked today; raises where nothing may be booked on it."""
        if (day := day or today) > today:
            raise DayAhead(day)
        closed = self.closed_until()
        if closed and day <= closed:
            raise DayClosed(self, day, closed)
        return day

    def closed_until(self) -> date | None:
        """The last day on which nothing is booked any more; None where nothing was closed yet."""
        return self.closings.aggregate(until=models.Max("until"))["until"]

    def lock(self) -> None:
        """Wait until nobody else writes in this book; for whoever is in a transaction."""
        LedgerBook.objects.select_for_update(no_key=True).get(pk=self.pk)

    def replay(self) -> dict[str, int]:
        """Each account's balance, computed anew from all the amounts of the journal."""
        sums = self.accounts.annotate(total=models.Sum("postings__amount", default=0))
        return dict(sums.values_list("code", "total"))


class LedgerAccount(models.Model):
    """Where amounts of a book gather. Limits are data, in the book's unit; None is none."""

    book = models.ForeignKey(LedgerBook, models.PROTECT, related_name="accounts", editable=False)
    code = models.CharField(_("code"), max_length=100, editable=False)
    lowest = models.BigIntegerField(_("lowest balance"), null=True, blank=True)
    highest = models.BigIntegerField(_("highest balance"), null=True, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account in a book")
        verbose_name_plural = _("accounts in a book")
        ordering = ["book", "code"]
        constraints = [
            models.UniqueConstraint(fields=["book", "code"], name="ledger_account_once"),
            models.CheckConstraint(
                condition=models.Q(lowest=None)
                | models.Q(highest=None)
                | models.Q(lowest__lte=models.F("highest")),
                name="ledger_lowest_below_highest",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def balance(self, day: date | None = None) -> int:
        """In the book's unit: now, or at the end of that day."""
        if day is not None:
            return LedgerAccount.objects.filter(pk=self.pk).balances(self.book, day).get(self.pk, 0)
        return self.postings.order_by("-sequence").values_list("balance_after", flat=True).first() or 0

    @transaction.atomic
    def limit(self, *, lowest: int | None, highest: int | None) -> None:
        """New limits, from the next posting on. A balance that lies outside may stay, and move only inwards."""
        self.book.lock()
        self.lowest, self.highest = lowest, highest
        self.save(update_fields=["lowest", "highest"])

    def _keep_within(self, amount: int, would_be: int) -> None:
        """Raises LimitReached where the posting leads out, or further out; towards the inside is always allowed."""
        if amount < 0 and self.lowest is not None and would_be < self.lowest:
            raise LimitReached(self, would_be, self.lowest)
        if amount > 0 and self.highest is not None and would_be > self.highest:
            raise LimitReached(self, would_be, self.highest)


class LedgerEntry(models.Model):
    """One booking, sealed. Its number counts without gaps in the book, and its hash stands on the one before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    book = models.ForeignKey(LedgerBook, models.PROTECT, related_name="entries")
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=100)
    at = models.DateTimeField()
    # On which it counts. Null: booked before days were kept, and counted on the day of its moment.
    day = models.DateField(null=True)
    key = models.CharField(max_length=100)
    # What it is for: the label and number of a plugin's row ("community.exchange:17"), or nothing.
    about = models.CharField(max_length=100, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    body = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()
    append_only = ENTRIES
    is_new = False  # on what `post` and `reverse` return: whether it was this call that booked it

    class Meta:
        verbose_name = _("entry of a journal")
        verbose_name_plural = _("entries of a journal")
        ordering = ["book", "number"]
        indexes = [
            models.Index(fields=["about"], name="ledger_entry_about"),
            models.Index(fields=["book", "day"], name="ledger_entry_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="ledger_entry_number"),
            models.UniqueConstraint(fields=["book", "key"], name="ledger_entry_key"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id}/{self.number}"

    @transaction.atomic
    def reverse(
        self, *, key: str | uuid.UUID, day: date | None = None, at: datetime | None = None
    ) -> LedgerEntry:
        """Take it back by an entry with the opposite amounts, whatever the limits: today, or on an earlier `day` that
        is open. The same key again: the same answer. at: as for `post`.

        Raises AlreadyReversed, also for an entry that is a reversal itself; KeyTaken, DayAhead, DayClosed.
        """
        if self.reverses_id is not None:
            raise AlreadyReversed(self)
        amounts = {posting.account_id: -posting.amount for posting in self.postings.all()}
        return self.book._write(
            key=key, kind=self.kind, amounts=amounts, about=self.about, day=day, at=at, reverses=self
        )

    def computed_hash(self, postings: Sequence[LedgerPosting]) -> str:
        """The hash that it must have with those postings; each has its account fetched."""
        return entry_hash(
            previous=self.previous_hash,
            book=self.book.code,
            number=self.number,
            at=self.at,
            key=self.key,
            kind=self.kind,
            about=self.about,
            reverses=self.reverses.number if self.reverses else None,
            postings=[(row.account.code, row.sequence, row.amount, row.balance_after) for row in postings],
            day=self.day,
        )

    def _posting(self, account: Any, amount: int) -> LedgerPosting:
        """What comes next in an account that was asked for with_last()."""
        after = account.last_balance + amount
        if abs(after) > LARGEST:
            raise BadAmount(f"{account.code} would come to {after}")
        return LedgerPosting(
            entry=self,
            account=account,
            amount=amount,
            sequence=account.last_sequence + 1,
            balance_after=after,
        )


class LedgerPosting(models.Model):
    """An amount on an account, with the balance that it leaves. `sequence` counts without gaps in the account."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="postings")
    amount = models.BigIntegerField()
    sequence = models.PositiveBigIntegerField()
    balance_after = models.BigIntegerField()

    append_only = POSTINGS

    class Meta:
        verbose_name = _("posting of a journal")
        verbose_name_plural = _("postings of a journal")
        ordering = ["account", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["account", "sequence"], name="ledger_posting_sequence"),
            models.UniqueConstraint(fields=["entry", "account"], name="ledger_posting_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_posting_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.sequence}: {self.amount:+d}"


def checked_code(code: str) -> str:
    """Letters without accents, digits and `. _ : -`, at most 100: what could be a sentence or a name is refused."""
    if not _CODE.fullmatch(code):
        raise BadCode(f"{code[:120]!r} is no code")
    return code


def reference_to(obj: models.Model | None) -> str:
    """A row by its label and number, as an entry keeps what it is about."""
    return f"{obj._meta.label_lower}:{obj.pk}" if obj is not None else ""
