"""What was held until its time is handed to the tasks when the time has come."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from .channels import OUTSIDE, Way
from .models import Notification
from .orders import order
from .times import NotificationTimes


def hand_over() -> None:
    """Order what is due, one message for each person and channel. Several workers may be at it at once."""
    ways = {way.channel: way for way in OUTSIDE}
    due = Notification.objects.due().filter(channel__in=ways)
    for person, channel in due.values_list("person", "channel").distinct().order_by("person", "channel"):
        try:
            _hand_over(person, ways[channel])
        except IntegrityError:
            # Another worker was first with this day's digest: what is left waits for the next.
            continue


@transaction.atomic
def _hand_over(person: int, way: Way) -> None:
    # Whoever comes second waits here, and finds the rows ordered.
    rows = list(
        Notification.objects.due()
        .filter(person=person, channel=way.channel)
        .select_for_update()
        .order_by("-pk")
    )
    if not rows:
        return
    numbers = [row.pk for row in rows]
    day = max((row.digest_day for row in rows if row.digest_day), default=None)
    if day is not None and _has_gone(person, way, day):
        due_at, digest_day = NotificationTimes.of(person).due(timezone.now())
        Notification.objects.filter(pk__in=numbers).update(due_at=due_at, digest_day=digest_day)
        return
    carrier = rows[0]
    carrier.task_id = uuid.uuid4()
    # Those whose carrier it is now were perhaps carried by another before it was held.
    Notification.objects.filter(pk__in=numbers[1:]).update(carrier=carrier)
    Notification.objects.filter(pk=carrier.pk).update(task_id=carrier.task_id, digest_day=day)
    order([carrier])


def _has_gone(person: int, way: Way, day) -> bool:
    """Whether the digest of that day is under way or has been sent."""
    digests = Notification.objects.filter(person=person, channel=way.channel, digest_day=day, carrier=None)
    return digests.exclude(task_id=None).exists()
