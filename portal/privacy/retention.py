"""How long what is kept, and what would go today if the daily task ran now. Looking deletes nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from babel.dates import format_timedelta
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from portal.extensions import PersonalData, declared
from portal.uploads.storage import nothing_is_deleted

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Due:
    """How many rows of a kind are due. None: it is kept as long as the account, could not be counted (`failed`), or is
    told to nobody (`is_untold`)."""

    data: PersonalData
    rows: int | None = None
    failed: bool = False
    is_untold: bool = False


MONTHS = range(100, 360)  # days that nobody counts, short of a year


def lasts(kept: timedelta) -> str:
    """How long that is, as people say it: "10 years", "6 months", "7 days". Of years the leap days, of months what goes
    beyond thirty, and a day for inexact clocks, go unsaid."""
    count, rest = divmod(kept.days, 365)
    is_years = count and rest <= count
    return format_timedelta(
        timedelta(days=count * 365) if is_years else kept,
        granularity="year" if is_years else "month" if kept.days in MONTHS else "day",
        threshold=float("inf"),  # never in a larger unit
        locale=get_language() or settings.LANGUAGE_CODE,
    )


def due_now() -> Iterator[Due]:
    """For each kind of data, what its `expire` would remove; every one is asked for real, and taken back.

    What waits for the commit (files) is dropped with the transaction; a storage that is asked meanwhile refuses.
    """
    now = timezone.now()
    for data in declared(PersonalData):
        if data.retention is None or data.expire is None:
            yield Due(data=data)
            continue
        try:
            with _taken_back(), nothing_is_deleted():
                rows = data.expire(now - data.retention)
        except Exception:  # whatever a plugin may raise
            log.exception("what is due of %s could not be counted", data.key)
            yield Due(data=data, failed=True)
        else:
            yield Due(data=data, rows=rows) if data.is_counted else Due(data=data, is_untold=True)


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
