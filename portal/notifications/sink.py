from __future__ import annotations

from typing import Any

from portal.extensions import NotificationKind, find

from .delivery import deliver_email
from .devices import reached
from .models import Notification
from .push import deliver_push

Channel = Notification.Channel
DELIVERED_BY = {Channel.EMAIL: deliver_email, Channel.PUSH: deliver_push}

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
    with_devices = reached(people)
    rows = [
        Notification(event=event, person_id=pk, channel=channel)
        for pk, person in people.items()
        for channel in _channels_of(person, with_devices)
        if (pk, channel) not in told
    ]
    for row in Notification.objects.bulk_create(rows):
        if deliver := DELIVERED_BY.get(row.channel):
            (deliver.using(priority=URGENT) if kind.urgent else deliver).enqueue(row.pk)


def _channels_of(person: Any, with_devices: set[int]) -> list[Channel]:
    channels = [Channel.INBOX]
    if person.email:
        channels.append(Channel.EMAIL)
    if person.pk in with_devices:
        channels.append(Channel.PUSH)
    return channels
