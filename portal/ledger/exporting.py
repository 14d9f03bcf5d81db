"""A journal as lines of JSON that anybody can check without the portal: `checking.py`, and `canonical.py` beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC

from django.db.models import OuterRef, Subquery

from .canonical import FORMAT, GENESIS
from .models import LedgerBook, LedgerEntry, LedgerPosting

_AT_ONCE = 500  # entries in memory


def journal(book: LedgerBook, *, after: int = 0, up_to: int | None = None) -> Iterator[str]:
    """Of the entries after one number and up to another: a line that says what stood before, one for each entry, one
    for each closing made meanwhile, and an end, without which something is missing. None has its line break.
    """
    entries = book.entries.order_by("number").filter(number__gt=after).select_related("reverses")
    closings = book.closings.order_by("number", "until").filter(number__gte=after)
    if up_to is not None:
        entries, closings = entries.filter(number__lte=up_to), closings.filter(number__lte=up_to)
    before = book.entries.filter(number=after).values_list("hash", flat=True).first() or GENESIS
    yield _line(
        format=FORMAT,
        book=book.code,
        unit=book.unit,
        after=after,
        hash=before,
        standing=_standing(book, after),
    )
    number, end = after, before
    for entry in entries.prefetch_related("postings__account").iterator(chunk_size=_AT_ONCE):
        yield _line(**_told(entry))
        number, end = entry.number, entry.hash
    for closing in closings:
        yield _line(
            closed=closing.until.isoformat(),
            number=closing.number,
            hash=closing.hash,
            balances=dict(closing.balances.order_by("account__code").values_list("account__code", "balance")),
        )
    yield _line(end=number, hash=end)


def _told(entry: LedgerEntry) -> dict:
    return {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "day": entry.day.isoformat() if entry.day else None,
        "key": entry.key,
        "kind": entry.kind,
        "about": entry.about,
        "reverses": entry.reverses.number if entry.reverses else None,
        "postings": sorted(
            [row.account.code, row.sequence, row.amount, row.balance_after] for row in entry.postings.all()
        ),
        "hash": entry.hash,
    }


def _standing(book: LedgerBook, after: int) -> dict[str, list[int]]:
    """(sequence, balance) of each account that had moved by that entry, by its code."""
    if not after:
        return {}
    last = LedgerPosting.objects.filter(account=OuterRef("pk"), entry__number__lte=after).order_by(
        "-sequence"
    )
    accounts = book.accounts.order_by("code").annotate(
        was=Subquery(last.values("sequence")[:1]), had=Subquery(last.values("balance_after")[:1])
    )
    return {
        code: [was, had] for code, was, had in accounts.exclude(was=None).values_list("code", "was", "had")
    }


def _line(**told: object) -> str:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=True)
