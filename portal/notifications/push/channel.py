"""News on a phone's screen: a message that says that there is some, through the browser's push service.

The service and the screen are others' to read. The message is a fixed sentence in the person's language and the address
of the notification, which opens to nobody but them; encrypted for the browser (RFC 8291) all the same.
"""

from __future__ import annotations

import base64
import http.client
import json
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from pywebpush import WebPusher

from portal.notifications.delivery import ATTEMPTS, NotNeeded, deliver
from portal.notifications.models import Notification
from portal.tasks import background
from portal.tasks.mail import NotSent

from . import hosts, vapid
from .models import PushSubscription, reached

LIFE = timedelta(days=1)  # older news is read in the inbox
LONGEST_WAIT = timedelta(hours=6)  # whatever a service asks for
TOKEN = 12 * 3600  # seconds that the signature for a service holds
GONE = (404, 410)
LATER = (429, 500, 502, 503, 504)


class NotPushed(NotSent):
    """A push service did not take the message. It says the sort of error or the status, and no more."""


def reaches(person: Any) -> bool:
    return bool(reached([person.pk]))


def reaches_among(people: Collection[Any]) -> Collection[int]:
    return reached([person.pk for person in people])


@background(attempts=ATTEMPTS)
def deliver_push(notification_id: int) -> None:
    deliver(notification_id, reaches=reaches, send=_send)


def _send(notification: Notification, news: int) -> None:
    """To each of the person's devices that has not had it. Raises NotPushed where one could not be told yet.

    A worker killed between the service's acceptance and our row sends it again: with the same topic and tag, by which
    service and screen put it in the place of the first.
    """
    if notification.due_at < timezone.now() - LIFE:
        raise NotNeeded(Notification.Dropped.OLD)
    told = failures = 0
    why = ""
    for device in PushSubscription.objects.of(notification.person_id):
        if not device.is_alive:
            device.delete()
        elif device.last_told_id == notification.pk:
            told += 1
        elif problem := _tell(device, notification, news):
            failures += 1
            why = problem
        else:
            told += 1
    if failures:
        raise NotPushed(why)
    if not told:
        raise NotNeeded(Notification.Dropped.UNREACHABLE)


def _tell(device: PushSubscription, notification: Notification, news: int) -> str:
    """Tell one device, or forget one that is gone; why it is to be tried again, or nothing."""
    if device.not_before and device.not_before > timezone.now():
        return "asked to wait"
    try:
        status, retry_after = hosts.post(device.endpoint, *_message(notification, device, news))
    except hosts.Refused:
        # The list is shorter now, or the name leads elsewhere: it is not tried again.
        device.delete()
        return ""
    except (OSError, http.client.HTTPException) as error:
        device.failed()
        return type(error).__name__
    if 200 <= status < 300:
        device.succeeded(notification.pk)
        return ""
    if status in GONE:
        device.delete()
        return ""
    device.failed(not_before=_asked_to_wait(retry_after) if status in LATER else None)
    return f"status {status}"


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


def _message(notification: Notification, device: PushSubscription, news: int) -> tuple[bytes, dict[str, str]]:
    pusher = WebPusher({"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}})
    body = pusher.encode(json.dumps(_words(notification, news), ensure_ascii=False).encode())["body"]
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    claims = {"aud": f"https://{device.service}", "exp": int(time.time()) + TOKEN, "sub": f"mailto:{sender}"}
    return body, {
        **vapid.signer().sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(LIFE.total_seconds())),
        # A repetition takes the place of the one that still waits for the phone (at most 32 characters of base64url).
        "Topic": base64.urlsafe_b64encode(f"news-{notification.pk}".encode()).decode().rstrip("=")[:32],
        "Urgency": "high" if notification.is_urgent else "normal",
    }


def _words(notification: Notification, news: int) -> dict[str, str]:
    language = notification.person.language
    with translation.override(language):
        return {
            "title": settings.PORTAL_NAME,
            "body": _("There is news for you."),
            "lang": language,
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
            "tag": f"news-{notification.pk}",
            "url": notification.get_absolute_url() if news == 1 else reverse("portal:notifications"),
        }
