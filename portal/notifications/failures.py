"""What did not arrive outside the portal: for those who look after the installation."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min

from .models import Notification


def count(user: Any) -> int | None:
    """How much was given up lately; None where there is nothing."""
    return Notification.objects.not_delivered().given_up().count() or None


def causes() -> list[dict[str, Any]]:
    """How often what went wrong, by channel, the most frequent first: a sort of error and a server's code."""
    failures = Notification.objects.not_delivered().order_by()
    found = failures.values("channel", "last_error").annotate(times=Count("pk"), since=Min("created_at"))
    for cause in found:
        cause["channel"] = Notification.Channel(cause["channel"]).label
    return sorted(found, key=lambda cause: -cause["times"])


def waiting() -> tuple[int, int]:
    """How much is on its way at the moment, and how much is held for its time."""
    return Notification.objects.under_way().count(), Notification.objects.held().count()
