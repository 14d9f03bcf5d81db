from __future__ import annotations

from typing import Any

from portal.extensions import NotificationKind, find

from .delivery import deliver_email
from .models import Notification

Channel = Notification.Channel

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
        if person is not None and person.is_active and (kind.tells_actor or person.pk != event.actor_id)
    }
    told = set(Notification.objects.filter(event=event).values_list("person_id", "channel"))
    rows = [
        Notification(event=event, person_id=pk, channel=channel)
        for pk, person in people.items()
        for channel in _channels_of(person)
        if (pk, channel) not in told
    ]
    deliver = deliver_email.using(priority=URGENT) if kind.urgent else deliver_email
    for row in Notification.objects.bulk_create(rows):
        if row.channel == Channel.EMAIL:
            deliver.enqueue(row.pk)


def _channels_of(person: Any) -> list[Channel]:
    return [Channel.INBOX, Channel.EMAIL] if person.email else [Channel.INBOX]
