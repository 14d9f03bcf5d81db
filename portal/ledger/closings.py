"""Periods that are closed: nothing counts there any more, and how each account stood at their end is kept.

What turns out wrong afterwards is taken back, or booked, on a day that is open. A closing is never undone.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from datetime import date, datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record

from .canonical import GENESIS, closing_hash
from .errors import DayAhead, DayClosed
from .guards import CLOSING_BALANCES, CLOSINGS
from .models import LedgerAccount, LedgerBook
from .verifying import CLOSING_KIND, head

log = logging.getLogger(__name__)


class LedgerClosing(models.Model):
    """A book's days up to one, closed; with the end of the chain as it was then, on which all before it stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    book = models.ForeignKey(LedgerBook, models.PROTECT, related_name="closings")
    until = models.DateField()
    at = models.DateTimeField()
    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    # Of all that it says, and of the closing before it: whoever was told of one knows all before it.
    digest = models.CharField(max_length=64)

    append_only = CLOSINGS

    class Meta:
        verbose_name = _("closing of a book")
        verbose_name_plural = _("closings of a book")
        ordering = ["book", "until"]
        constraints = [models.UniqueConstraint(fields=["book", "until"], name="ledger_closing_once")]

    def __str__(self) -> str:
        return f"{self.book_id}: {self.until}"

    def computed_digest(self, previous: str, balances: Iterable[tuple[str, int]]) -> str:
        """What `digest` must be after a closing with the digest `previous`. balances: by the account's code."""
        return closing_hash(
            previous=previous,
            book=self.book.code,
            until=self.until,
            number=self.number,
            head=self.hash,
            balances=balances,
        )


class LedgerClosingBalance(models.Model):
    """How an account stood at the end of the day up to which its book was closed; nothing of one that stood at 0."""

    closing = models.ForeignKey(LedgerClosing, models.PROTECT, related_name="balances")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="+")
    balance = models.BigIntegerField()

    append_only = CLOSING_BALANCES

    class Meta:
        verbose_name = _("balance at a closing")
        verbose_name_plural = _("balances at a closing")
        ordering = ["closing", "account"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "account"], name="ledger_closing_balance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.balance:+d}"


@transaction.atomic
def close(book: LedgerBook, until: date, *, at: datetime | None = None) -> LedgerClosing:
    """Close a book up to a day that is over, that day included; again up to the same day: the closing that stands.

    Raises DayAhead where the day is not over, and DayClosed where a later one is closed already.
    at: when, where that is not now (a demo tells what is past).
    """
    now = timezone.now()
    at = at or now
    if at > now:
        raise DayAhead(timezone.localdate(at))
    if until >= timezone.localdate(at):
        raise DayAhead(until)
    book.lock()
    last = book.closings.order_by("-until").first()
    if last and last.until >= until:
        if last.until == until:
            return last
        raise DayClosed(book, until, last.until)
    end = head(book)
    closing = LedgerClosing(book=book, until=until, at=at, number=end.number, hash=end.hash)
    standing = {
        account: balance for account, balance in book.accounts.balances(book, until).items() if balance
    }
    codes = book.accounts.in_bulk(standing)
    closing.digest = closing.computed_digest(
        last.digest if last else GENESIS,
        [(codes[account].code, balance) for account, balance in standing.items()],
    )
    # As with an entry: the closing's own row asks whether its balances are right and whole, and seals them.
    LedgerClosingBalance.objects.bulk_create(
        LedgerClosingBalance(closing=closing, account_id=account, balance=balance)
        for account, balance in standing.items()
    )
    closing.save(force_insert=True)
    # At once, and not with the next day's head: whoever takes a closing away also takes away what it forbade.
    log.info("closing of a journal: %s:%s:%s", book.code, until, closing.digest)
    record(CLOSING_KIND, book, until=until.isoformat(), digest=closing.digest)
    return closing
