"""Whether a journal still is what was posted: each row looked at again, in the order in which it came.

Triggers keep an honest database honest. Whoever may drop them may write anything; what they cannot do is to keep the
chain's head as it was told to somebody else the day before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from portal.events.models import Event

from .canonical import GENESIS
from .models import LedgerBook, LedgerEntry, LedgerPosting
from .querysets import up_to

HEAD_KIND = "portal.ledger.head"
CLOSING_KIND = "portal.ledger.closed"
if TYPE_CHECKING:
    from .closings import LedgerClosing

_TELLS_EACH = 500  # entries


@dataclass(frozen=True)
class Head:
    """Where a book's chain ends: the number of its last entry and that entry's hash. All before follows from it."""

    number: int
    hash: str


@dataclass(frozen=True)
class Discrepancy:
    """Something that is not as it was posted. what: gap, chain, hash, time, day, sum, sequence, balance, orphan, head,
    or closing."""

    book: str
    what: str
    number: int | None = None
    account: str = ""

    def __str__(self) -> str:
        entry = f" at entry {self.number}" if self.number is not None else ""
        return f"{self.book}: {self.what}{entry}{f' on {self.account}' if self.account else ''}"


def head(book: LedgerBook) -> Head:
    last = book.entries.order_by("-number").values_list("number", "hash").first()
    return Head(*last) if last else Head(0, GENESIS)


def told_heads(book: LedgerBook) -> list[Head]:
    """The heads that were recorded day by day, oldest first."""
    facts = Event.objects.about(book).filter(kind=HEAD_KIND).order_by("id")
    return [Head(data["number"], data["hash"]) for data in facts.values_list("data", flat=True)]


def verify(
    book: LedgerBook, known: Iterable[Head] = (), *, says: Callable[[int], object] | None = None
) -> Iterator[Discrepancy]:
    """Each thing that is wrong, in the order of the journal; nothing, when all is well.

    known: heads that were kept elsewhere, to be found in the chain again besides those that the portal has recorded.
    says: hears now and then how many entries were looked at; it may write.
    """
    # What was told comes first: what is closed while this runs is told of and there, or neither.
    told = told_heads(book)
    closed = list(Event.objects.about(book).filter(kind=CLOSING_KIND).values_list("data", flat=True))
    closings = list(book.closings.order_by("until"))
    ends = [Head(closing.number, closing.hash) for closing in closings]
    kept = {wanted: False for wanted in [*told, *ends, *known] if wanted.number}
    number, before, moment, dated = 0, GENESIS, None, False
    balances: dict[int, int] = defaultdict(int)
    sequences: dict[int, int] = defaultdict(int)
    entries = book.entries.filter(number__lte=head(book).number).select_related("book", "reverses")
    for seen, entry in enumerate(entries.in_order(), start=1):
        if says is not None and seen % _TELLS_EACH == 0:
            says(seen)
        postings = list(entry.postings.all())
        if entry.number != number + 1:
            yield Discrepancy(book.code, "gap", entry.number)
        if entry.previous_hash != before:
            yield Discrepancy(book.code, "chain", entry.number)
        if entry.hash != entry.computed_hash(postings):
            yield Discrepancy(book.code, "hash", entry.number)
        if moment is not None and entry.at < moment:
            yield Discrepancy(book.code, "time", entry.number)
        if (dated and entry.day is None) or (entry.day and entry.day > timezone.localdate(entry.at)):
            yield Discrepancy(book.code, "day", entry.number)
        dated = dated or entry.day is not None
        if entry.day and any(one.number < entry.number and entry.day <= one.until for one in closings):
            yield Discrepancy(book.code, "day", entry.number)
        if len(postings) < 2 or sum(row.amount for row in postings) != 0:
            yield Discrepancy(book.code, "sum", entry.number)
        for row in postings:
            sequences[row.account_id] += 1
            if row.sequence != sequences[row.account_id]:
                yield Discrepancy(book.code, "sequence", entry.number, row.account.code)
            balances[row.account_id] += row.amount
            if row.balance_after != balances[row.account_id]:
                yield Discrepancy(book.code, "balance", entry.number, row.account.code)
        number, before, moment = entry.number, entry.hash, entry.at
        if (here := Head(number, before)) in kept:
            kept[here] = True
    entry_of = LedgerEntry.objects.filter(pk=OuterRef("entry_id"))
    for code in LedgerPosting.objects.filter(~Exists(entry_of), account__book=book).values_list(
        "account__code", flat=True
    ):
        yield Discrepancy(book.code, "orphan", account=code)
    digest = GENESIS
    for closing in closings:
        yield from _wrong_in(closing, digest, book)
        digest = closing.digest
    there = {closing.digest for closing in closings}
    for data in closed:
        if data["digest"] not in there:
            yield Discrepancy(book.code, "closing")
    for wanted, found in kept.items():
        if not found:
            yield Discrepancy(book.code, "head", wanted.number)


def _wrong_in(closing: LedgerClosing, previous: str, book: LedgerBook) -> Iterator[Discrepancy]:
    """Accounts that did not stand as their closing says, by all the amounts of the journal up to that day; and whether
    its digest is that of what it says and of the closing before it."""
    then = LedgerPosting.objects.filter(up_to(closing.until), entry__book=book)
    sums = dict(then.order_by().values_list("account__code").annotate(Sum("amount")))
    kept = dict(closing.balances.values_list("account__code", "balance"))
    if closing.digest != closing.computed_digest(previous, kept.items()):
        yield Discrepancy(book.code, "closing", closing.number)
    for code in sorted(sums.keys() | kept.keys()):
        if sums.get(code, 0) != kept.get(code, 0):
            yield Discrepancy(book.code, "closing", closing.number, code)
