"""What is known of the devices that a person is told on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .models import PushSubscription

RETENTION = timedelta(days=1)


def export_devices(user: Any) -> Iterator[dict[str, Any]]:
    """Which devices, since when, by whose service; times in UTC. The address itself opens a way to the browser."""
    for row in PushSubscription.objects.of(user):
        yield {
            "device": row.device,
            "service": row.service,
            "added": row.created_at.isoformat(),
            "last_reached": row.last_success_at.isoformat() if row.last_success_at else None,
        }


def erase_devices(user: Any) -> int:
    return PushSubscription.objects.filter(person=user).delete()[0]


def expire_devices(before: datetime) -> int:
    """Those whose session has ended."""
    return PushSubscription.objects.ended().filter(created_at__lt=before).delete()[0]
