"""News on a phone's screen: a message that says that there is some, through the browser's push service.

The service and the screen are others' to read. The message is a fixed sentence in the person's language and the address
of the notification, which opens to nobody but them; encrypted for the browser (RFC 8291) all the same.
"""

from __future__ import annotations

import base64
import http.client
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from pywebpush import WebPusher

from portal.tasks import background

from . import push_hosts, vapid
from .devices import PushSubscription
from .models import Notification

LIFE = timedelta(days=1)  # older news is read in the inbox
LONGEST_WAIT = timedelta(hours=6)  # whatever a service asks for
TOKEN = 12 * 3600  # seconds that the signature for a service holds
GONE = (404, 410)
LATER = (429, 500, 502, 503, 504)


class NotPushed(Exception):
    """A push service did not take the message. It says the sort of error or the status, and no more."""


@background(attempts=5)
def deliver_push(notification_id: int) -> None:
    """Order one message for each of the person's devices: all of them or, when the worker dies, none yet.

    Who has no device any more is told in the inbox, as everybody is.
    """
    notification = Notification.objects.filter(pk=notification_id, attempts=0).first()
    if notification is None:
        return
    with transaction.atomic():
        if not notification.begin_attempt():
            return
        devices = PushSubscription.objects.of(notification.person_id).values_list("pk", flat=True)
        for device in devices:
            push_to.enqueue(notification_id, device)
        if not devices:
            notification.attempt_failed("no device")


@background(attempts=12)
def push_to(notification_id: int, subscription_id: int) -> None:
    """Send one notification to one device.

    A worker killed between the service's acceptance and our row sends it again: with the same topic and tag, by which
    service and screen put it in the place of the first. No transaction is open meanwhile.
    """
    device = PushSubscription.objects.filter(pk=subscription_id).first()
    notification = (
        Notification.objects.filter(pk=notification_id, created_at__gt=timezone.now() - LIFE)
        .select_related("person")
        .first()
    )
    if device is None or notification is None or notification.person_id != device.person_id:
        return
    if not device.is_alive:
        device.delete()
        return
    if notification.read_at is not None or _is_read(notification):
        return
    if device.not_before and device.not_before > timezone.now():
        push_to.using(run_after=device.not_before).enqueue(notification_id, subscription_id)
        return
    _send(notification, device)


def _is_read(notification: Notification) -> bool:
    same = Notification.objects.filter(person=notification.person_id, event=notification.event_id)
    return same.exclude(read_at=None).exists()


def _send(notification: Notification, device: PushSubscription) -> None:
    try:
        status, retry_after = push_hosts.post(device.endpoint, *_message(notification, device))
    except push_hosts.Refused:
        # The list is shorter now, or the name leads elsewhere: it is not tried again.
        device.delete()
        notification.attempt_failed("refused address")
        return
    except (OSError, http.client.HTTPException) as error:
        _failed(notification, device, type(error).__name__)
        raise NotPushed(type(error).__name__) from None
    if 200 <= status < 300:
        device.succeeded()
        notification.attempt_succeeded()
    elif status in GONE:
        device.delete()
        notification.attempt_failed(f"gone {status}")
    elif status in LATER and (until := _asked_to_wait(retry_after)):
        _failed(notification, device, f"status {status}", until)
        push_to.using(run_after=until).enqueue(notification.pk, device.pk)
    else:
        _failed(notification, device, f"status {status}")
        if status in LATER:
            raise NotPushed(f"status {status}")


def _failed(
    notification: Notification, device: PushSubscription, why: str, until: datetime | None = None
) -> None:
    device.failed(not_before=until)
    notification.attempt_failed(why)


def _asked_to_wait(retry_after: str) -> datetime | None:
    """Until when, by seconds or a date; None for neither. At most LONGEST_WAIT."""
    now = timezone.now()
    if retry_after.isascii() and retry_after.isdigit():
        wait = min(int(retry_after[:9]), LONGEST_WAIT.total_seconds())
        return now + timedelta(seconds=wait)
    try:
        until = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until, now), now + LONGEST_WAIT)


def _message(notification: Notification, device: PushSubscription) -> tuple[bytes, dict[str, str]]:
    pusher = WebPusher({"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}})
    body = pusher.encode(json.dumps(_words(notification), ensure_ascii=False).encode())["body"]
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    claims = {"aud": f"https://{device.service}", "exp": int(time.time()) + TOKEN, "sub": f"mailto:{sender}"}
    return body, {
        **vapid.signer().sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(LIFE.total_seconds())),
        # A repetition takes the place of the one that still waits for the phone (at most 32 characters of base64url).
        "Topic": base64.urlsafe_b64encode(f"news-{notification.pk}".encode()).decode().rstrip("=")[:32],
        "Urgency": "high" if notification.declaration and notification.declaration.urgent else "normal",
    }


def _words(notification: Notification) -> dict[str, str]:
    language = notification.person.language
    with translation.override(language):
        return {
            "title": settings.PORTAL_NAME,
            "body": _("There is news for you."),
            "lang": language,
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
            "tag": f"news-{notification.pk}",
            "url": notification.get_absolute_url(),
        }
