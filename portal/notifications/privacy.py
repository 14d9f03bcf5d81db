from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .models import Notification

RETENTION = timedelta(days=365)


def export_notifications(user: Any) -> Iterator[dict[str, Any]]:
    """What the person was told, when and by which channel; times in UTC."""
    for row in Notification.objects.filter(person=user).select_related("event").order_by("id"):
        yield {
            "told": row.created_at.isoformat(),
            "about": row.event.kind,
            "channel": row.channel,
            "read": row.read_at.isoformat() if row.read_at else None,
            "sent": row.sent_at.isoformat() if row.sent_at else None,
        }


def erase_notifications(user: Any) -> int:
    return Notification.objects.filter(person=user).delete()[0]


def expire_notifications(before: datetime) -> int:
    return Notification.objects.filter(created_at__lt=before).delete()[0]
