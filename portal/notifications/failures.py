"""What did not arrive outside the portal: for those who look after the installation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import get_date_max

from .models import Notification
from .reasons import Reason, reason_of


def count(user: Any) -> int | None:
    """How much was given up lately; None where there is nothing."""
    return Notification.objects.not_delivered().given_up().count() or None


@dataclass
class Cause:
    """What went wrong alike, by one channel: how often, since when, and the codes that stand behind it."""

    channel: str
    reason: Reason
    since: datetime
    times: int = 0
    codes: list[str] = field(default_factory=list)

    @property
    def way(self) -> str:
        return Notification.Channel(self.channel).label

    @property
    def words(self) -> str:
        return self.reason.said(self.channel)


def causes() -> list[Cause]:
    """How often what went wrong, by channel, the most frequent first.

    Errors that people would call the same are one cause.
    """
    failures = Notification.objects.not_delivered().order_by()
    found: dict[tuple[str, str], Cause] = {}
    rows = failures.values_list("channel", "last_error")
    for channel, code, times, since in rows.annotate(times=Count("pk"), since=Min("created_at")):
        reason = reason_of(code)
        cause = found.setdefault((channel, reason.key), Cause(channel, reason, since))
        cause.times += times
        cause.since = min(cause.since, since)
        if code:
            cause.codes.append(code)
    return sorted(found.values(), key=lambda cause: -cause.times)


@dataclass(frozen=True)
class Failure:
    """One that did not arrive (`with_fate`), told."""

    row: Notification

    @property
    def reason(self) -> Reason:
        return reason_of(self.row.last_error)

    @property
    def words(self) -> str:
        return self.reason.said(self.row.channel)

    @property
    def tried_at(self) -> datetime | None:
        """When it is tried again by itself; None for at once, or never."""
        at = self.row.tried_at
        return at if at and timezone.now() < at < get_date_max() else None


def waiting() -> tuple[int, int]:
    """How much is on its way at the moment, and how much is held for its time; nothing of what is confidential."""
    rows = Notification.objects.not_confidential()
    return rows.under_way().count(), rows.held().count()
