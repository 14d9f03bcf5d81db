"""What an account's holder is handed: where it stood, what came and went, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .models import LedgerAccount, LedgerPosting


@dataclass(frozen=True)
class Statement:
    """Amounts and balances in the book's unit; lines in the order of posting, each with its entry fetched."""

    opening: int
    lines: list[LedgerPosting]
    closing: int


def statement(
    account: LedgerAccount, since: datetime | None = None, until: datetime | None = None
) -> Statement:
    """Of an account from one moment up to another, which is no longer of it; without them, all of it."""
    rows = account.postings.select_related("entry").order_by("sequence")
    if since is not None:
        rows = rows.filter(entry__at__gte=since)
    if until is not None:
        rows = rows.filter(entry__at__lt=until)
    lines = list(rows)
    if lines:
        return Statement(lines[0].balance_after - lines[0].amount, lines, lines[-1].balance_after)
    before = account.postings.order_by("-sequence")
    if since is not None:
        before = before.filter(entry__at__lt=since)
    elif until is not None:
        before = before.none()
    standing = before.values_list("balance_after", flat=True).first() or 0
    return Statement(standing, [], standing)
