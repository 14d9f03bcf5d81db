from __future__ import annotations

from typing import Any
from uuid import uuid4

from portal.extensions import NotificationKind, find
from portal.tasks.background import BackgroundTask

from .channels import WAYS
from .models import Notification

URGENT = 50  # priority of a task; others have 0


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
        if person is not None and person.is_active and person.pk != event.actor_id
    }
    told = set(Notification.objects.filter(event=event).values_list("person_id", "channel"))
    for way in WAYS:
        reached = way.reached(people.values()) if way.on_by_default else ()
        rows = [
            Notification(
                event=event, person_id=pk, channel=way.channel, task_id=uuid4() if way.task else None
            )
            for pk in people
            if pk in reached and (pk, way.channel) not in told
        ]
        rows = Notification.objects.bulk_create(rows)
        if way.task is not None:
            order(way.task, rows, urgent=kind.urgent)


def order(task: BackgroundTask, rows: list[Notification], *, urgent: bool) -> None:
    """The tasks of rows that have their number already, all of them by one query."""
    task = task.using(priority=URGENT if urgent else 0)
    task.enqueue_each({row.task_id: (row.pk,) for row in rows})
