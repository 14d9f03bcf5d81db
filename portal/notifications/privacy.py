from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.extensions import years

from .models import Notification
from .preferences import ALL, NotificationPreference, find_subject
from .times import NotificationTimes

RETENTION = years(1)


def export_notifications(user: Any) -> Iterator[dict[str, Any]]:
    """What the person was told, when and by which channel; times in UTC."""
    for row in Notification.objects.filter(person=user).select_related("event").order_by("id"):
        yield {
            "told": row.created_at.isoformat(),
            "about": row.event.kind,
            "channel": row.channel,
            "read": row.read_at.isoformat() if row.read_at else None,
            "sent": row.sent_at.isoformat() if row.sent_at else None,
            "not_sent_because": row.dropped or None,
        }


def erase_notifications(user: Any) -> int:
    return Notification.objects.filter(person=user).delete()[0]


def expire_notifications(before: datetime) -> int:
    return Notification.objects.filter(created_at__lt=before).delete()[0]


def export_preferences(user: Any) -> Iterator[dict[str, Any]]:
    """What the person chose otherwise than it would be; "*" is everything without a choice of its own."""
    for row in NotificationPreference.objects.filter(person=user).order_by("subject", "channel"):
        yield {"about": row.subject, "channel": row.channel, "on": row.is_on}


def erase_preferences(user: Any) -> int:
    return NotificationPreference.objects.filter(person=user).delete()[0]


def said_subject(value: str, row: Any, person: Any) -> str:
    if value == ALL:
        return _("everything without a choice of its own")
    subject = find_subject(value)
    return str(subject.label) if subject and subject.label else _("news of a kind that there is no longer")


def said_why_not(value: str, row: Any, person: Any) -> str:
    reasons = {
        Notification.Dropped.READ: _("You had read it in the portal already."),
        Notification.Dropped.NOT_THEIRS: _("It was no longer for you."),
        Notification.Dropped.GONE: _("What it was about was no longer there."),
        Notification.Dropped.UNREACHABLE: _("There was no address or device to send it to."),
        Notification.Dropped.SWITCHED_OFF: _("You had switched it off."),
        Notification.Dropped.TOO_MANY: _("There were too many that day."),
        Notification.Dropped.OLD: _("It was too old for the screen."),
    }
    return reasons.get(value, value)


def said_hour(value: int, row: Any, person: Any) -> str:
    return f"{value:02}:00"


def export_times(user: Any) -> Iterator[dict[str, Any]]:
    """Hours of the day, where the portal is."""
    for row in NotificationTimes.objects.filter(person=user):
        yield {
            "quiet_from": row.quiet_from if row.is_quiet else None,
            "quiet_until": row.quiet_until if row.is_quiet else None,
            "once_a_day_at": row.digest_at,
        }


def erase_times(user: Any) -> int:
    return NotificationTimes.objects.filter(person=user).delete()[0]
