"""Somebody who hears of news by text message, and a mail that did not arrive: all invented."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from portal.events.models import Event
from portal.extensions import NotificationKind, declared

from .channels import Channel
from .models import Notification
from .preferences import choose_for_all

PHONE = "+390200000302"  # given to nobody


def load() -> None:
    people = get_user_model().objects
    if reader := people.filter(username="demo.tenant2").first():
        people.filter(pk=reader.pk, phone=None).update(phone=PHONE)
        choose_for_all(reader, Channel.SMS, is_on=True)
    _lose_a_mail()


def _lose_a_mail() -> None:
    """The address of somebody who reported something does not exist any more."""
    kinds = {kind.key: kind for kind in declared(NotificationKind)}
    for event in Event.objects.filter(kind__in=kinds).select_related("actor").order_by("-pk")[:200]:
        if event.target is None:
            continue
        for person in kinds[event.kind].recipients(event):
            if person and person.email and person.pk != event.actor_id and not person.role_keys:
                _lose(event, person)
                return


def _lose(event: Event, person) -> None:
    days_ago = timezone.now() - timedelta(days=2)
    Notification.objects.get_or_create(event=event, person=person, channel=Channel.INBOX)
    Notification.objects.update_or_create(
        event=event,
        person=person,
        channel=Channel.EMAIL,
        defaults={
            "created_at": days_ago,
            "due_at": days_ago,
            "attempts": 16,
            "last_error": "SMTPRecipientsRefused 550",
            "sent_at": None,
            "task_id": uuid.uuid4(),  # of an order that is over
        },
    )
