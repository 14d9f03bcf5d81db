"""A journal as lines of JSON that anybody can check without the portal: `checking.py`, and `canonical.py` beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC

from django.db.models import OuterRef, Subquery

from .canonical import FORMAT, GENESIS
from .closings import LedgerClosing
from .models import LedgerBook, LedgerEntry, LedgerPosting
from .verifying import head


def journal(book: LedgerBook, *, after: int = 0, up_to: int | None = None) -> Iterator[str]:
    """Of the entries after one number and up to another: a line that says what stood before, one for each entry, one
    for each closing made meanwhile, and an end, without which something is missing. None has its line break.
    """
    up_to = head(book).number if up_to is None else up_to
    entries = book.entries.filter(number__gt=after, number__lte=up_to).select_related("reverses")
    earlier = book.closings.filter(number__lte=after).order_by("-until").first() if after else None
    closings = list(
        (book.closings.filter(until__gt=earlier.until) if earlier else book.closings).order_by("until")
    )
    before = book.entries.filter(number=after).values_list("hash", flat=True).first() or GENESIS
    yield _line(
        format=FORMAT,
        book=book.code,
        unit=book.unit,
        after=after,
        hash=before,
        standing=_standing(book, after),
        closed=earlier.until.isoformat() if earlier else None,
        digest=earlier.digest if earlier else GENESIS,
    )
    number, end = after, before
    for entry in entries.in_order():
        # Each closing where it was made: nothing that follows may count on a day of its period.
        while closings and closings[0].number < entry.number:
            yield _closed(closings.pop(0))
        yield _line(**_told(entry))
        number, end = entry.number, entry.hash
    # One that was made while this was written stands on an entry that is not told.
    yield from (_closed(closing) for closing in closings if closing.number <= number)
    yield _line(end=number, hash=end)


def _closed(closing: LedgerClosing) -> str:
    return _line(
        closed=closing.until.isoformat(),
        number=closing.number,
        hash=closing.hash,
        balances=dict(closing.balances.order_by("account__code").values_list("account__code", "balance")),
        digest=closing.digest,
    )


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
