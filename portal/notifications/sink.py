from __future__ import annotations

from typing import Any

from portal.extensions import NotificationKind, find

from .delivery import deliver_email
from .models import Notification

Channel = Notification.Channel


def receive(event: Any) -> None:
    """The notifications' EventSink: a row a person and channel, and the order to send what leaves the portal.

    May be called again for the same event: the database keeps one row, and a message that was sent is not sent again.
    """
    kind = find(NotificationKind, event.kind)
    if kind is None:
        return
    people = {
        person.pk: person
        for person in kind.recipients(event)
        if person.is_active and person.pk != event.actor_id
    }
    rows = [Notification(event=event, person_id=pk, channel=Channel.INBOX) for pk in people]
    rows += [
        Notification(event=event, person_id=pk, channel=Channel.EMAIL)
        for pk, person in people.items()
        if person.email
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    unsent = Notification.objects.filter(event=event, channel=Channel.EMAIL, sent_at=None)
    for pk in unsent.values_list("pk", flat=True):
        deliver_email.enqueue(pk)
