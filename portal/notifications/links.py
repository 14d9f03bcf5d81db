"""The link at the end of each mail that switches such mail off, without signing in.

It carries the number of the notification and nothing of what that was about: others may read the mail, and the address
of a link with it. It belongs to the address that the mail went to: with a new one it has served.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import Notification

SALT = "portal.notifications.unsubscribing"


class BadLink(Exception):
    """Altered, cut off, made up, or of a mail that is no longer known."""


def address_for(notification: Notification) -> str:
    """The whole address, in the active language."""
    signed = _signer().sign(f"{notification.pk}-{_mark(notification)}")
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('portal:unsubscribe', args=[signed])}"


def mail_behind(token: str) -> Notification:
    """The notification whose mail carried the link. Raises BadLink."""
    try:
        number, _dash, mark = _signer().unsign(token).partition("-")
    except BadSignature:
        raise BadLink from None
    if not number.isdecimal():
        raise BadLink
    row = Notification.objects.filter(pk=number, channel=Notification.Channel.EMAIL).to_deliver().first()
    if row is None or not row.person.is_active or not constant_time_compare(mark, _mark(row)):
        raise BadLink
    return row


def _signer() -> Signer:
    return Signer(salt=SALT, sep=".")


def _mark(notification: Notification) -> str:
    """What only the address that the mail went to gives."""
    return salted_hmac(SALT, notification.person.email or "").hexdigest()[:16]
