"""Text messages: for those who chose them, a few a day, and no word of what there is to read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.tasks import background
from portal.tasks.sms import can_send_sms, send_sms

from .delivery import ATTEMPTS, NotNeeded, deliver
from .models import Notification

# How many an ordinary day may bring; a day of dangers may bring as many again, and again.
URGENT_TIMES = 4


def reaches(person: Any) -> bool:
    """By the number that is theirs for certain, not by one that a family shares."""
    return bool(person.phone) and can_send_sms()


@background(attempts=ATTEMPTS)
def deliver_sms(notification_id: int) -> None:
    deliver(notification_id, reaches=reaches, send=_send)


def _send(notification: Notification, news: int) -> None:
    most = settings.PORTAL_SMS_PER_DAY * (URGENT_TIMES if notification.is_urgent else 1)
    if not notification.count_on(timezone.localdate(), most):
        raise NotNeeded(Notification.Dropped.TOO_MANY)
    send_sms(notification.person.phone, text_for(notification.person), reference=notification.reference)


def text_for(person: Any) -> str:
    """That there is news, and where the portal is: one text message, in the person's language."""
    with translation.override(person.language):
        address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('portal:notifications')}"
        return _("%(site)s: news for you. %(address)s") % {"site": settings.PORTAL_NAME, "address": address}
