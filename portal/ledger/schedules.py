"""What comes round: each book's head, told to the log and recorded, so that it stands outside the journal."""

from __future__ import annotations

import logging

from portal.events import record

from .models import LedgerBook
from .verifying import HEAD_KIND, head, told_heads

log = logging.getLogger(__name__)


def tell_heads() -> None:
    """Every day to the log, which leaves this machine; as a fact when it has moved. May run twice."""
    for book in LedgerBook.objects.all():
        now = head(book)
        log.info("head of a journal: %s:%s:%s", book.code, now.number, now.hash)
        if now.number and now not in told_heads(book)[-1:]:
            record(HEAD_KIND, book, number=now.number, hash=now.hash)
