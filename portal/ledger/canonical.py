"""The one way to write an entry down as bytes: what is compared, what is hashed.

Codes instead of the database's numbers, UTC with microseconds, sorted, without blanks: anybody who holds a copy of the
journal can compute the chain anew, with any tool.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime

FORMAT = "abitare-journal-1"  # of an exported one
GENESIS = "0" * 64  # what stands before a book's first entry


def body_digest(
    *, kind: str, about: str, reverses: int | None, amounts: Iterable[tuple[str, int]], day: date | None
) -> str:
    """What somebody asked for under a key: the same question has the same digest. `reverses` is a number, `day` the
    one that was asked for."""
    return _sha256([kind, about, reverses, sorted(amounts), *_dated(day)])


def entry_hash(
    *,
    previous: str,
    book: str,
    number: int,
    at: datetime,
    key: str,
    kind: str,
    about: str,
    reverses: int | None,
    postings: Iterable[tuple[str, int, int, int]],
    day: date | None,
) -> str:
    """A link of the chain. postings: (account's code, its sequence, amount, balance after)."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256(
        [previous, book, number, moment, key, kind, about, reverses, sorted(postings), *_dated(day)]
    )


def closing_hash(
    *, previous: str, book: str, until: date, number: int, head: str, balances: Iterable[tuple[str, int]]
) -> str:
    """A link of the closings' own chain. balances: (account's code, balance), of those that are not 0."""
    return _sha256([previous, book, until.isoformat(), number, head, sorted(balances)])


def _dated(day: date | None) -> list[str]:
    """Nothing where there is none: entries from before days were kept have the hashes that they always had."""
    return [day.isoformat()] if day else []


def _sha256(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
