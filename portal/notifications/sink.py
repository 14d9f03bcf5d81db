from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from portal.extensions import NotificationKind, find

from .channels import Way
from .models import Notification
from .orders import order
from .preferences import ways_for
from .times import NotificationTimes


def receive(event: Any) -> None:
    """The notifications' EventSink: a row a person and channel, and the order to send what leaves the portal.

    May be called again for the same event: who is told by a channel already is not told again. Called within a
    transaction, so that row and order are one.
    """
    kind = find(NotificationKind, event.kind)
    if kind is None or event.target is None:
        # Of what is gone already there is nothing to read.
        return
    people = {
        person.pk: person
        for person in kind.recipients(event)
        if person is not None and person.is_active and (kind.tells_actor or person.pk != event.actor_id)
    }
    told = set(Notification.objects.filter(event=event).values_list("person_id", "channel"))
    ways = ways_for(people.values(), kind)
    times = NotificationTimes.of_all(people.values())
    now = timezone.now()
    rows = [
        _row(event, times[pk], way, now, urgent=kind.urgent)
        for pk in people
        for way in ways[pk]
        if (pk, way.channel) not in told
    ]
    rows = Notification.objects.bulk_create(rows)
    order(rows, urgent=kind.urgent)


def forget(events: Sequence[int]) -> None:
    """Nobody was told of these, by whichever channel. What was to go out goes no more: its task finds no row, and what
    it would have carried is held again."""
    Notification.objects.filter(event__in=events).delete()


def _row(event: Any, times: NotificationTimes, way: Way, now: datetime, *, urgent: bool) -> Notification:
    """What is urgent goes at once; the rest when the person wants to hear of it."""
    row = Notification(event=event, person_id=times.person_id, channel=way.channel, due_at=now)
    if way.task is not None and not urgent:
        row.due_at, row.digest_day = times.due(now)
    if way.task is not None and row.due_at <= now:
        row.task_id = uuid4()
    return row
