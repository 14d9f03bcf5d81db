"""E-mail: it says that there is news and not which, because a preview on a locked phone is read by others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.tasks import background
from portal.tasks.mail import send

from .delivery import ATTEMPTS, deliver
from .links import address_for
from .models import Notification


def reaches(person: Any) -> bool:
    return bool(person.email)


@background(attempts=ATTEMPTS)
def deliver_email(notification_id: int) -> None:
    deliver(notification_id, reaches=reaches, send=lambda row, news: send(_message(row, news)))


def _message(notification: Notification, news: int) -> EmailMultiAlternatives:
    person = notification.person
    with translation.override(person.language):
        path = notification.get_absolute_url() if news == 1 else reverse("portal:notifications")
        unsubscribe_url = address_for(notification)
        context = {
            "site_name": settings.PORTAL_NAME,
            "news": news,
            "unsubscribe_url": unsubscribe_url,
            "url": f"{settings.WAGTAILADMIN_BASE_URL}{path}",
            "LANGUAGE_CODE": person.language,
            "LANGUAGE_BIDI": translation.get_language_bidi(),
        }
        message = EmailMultiAlternatives(
            subject=_("News for you on %(site)s") % {"site": settings.PORTAL_NAME},
            body=render_to_string("portal/notifications/email.txt", context),
            to=[person.email],
            headers={
                "Message-ID": notification.message_id,
                "Auto-Submitted": "auto-generated",
                # RFC 8058: the mailbox's own button, which posts without opening the page.
                "List-Unsubscribe": f"<{unsubscribe_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        message.attach_alternative(render_to_string("portal/notifications/email.html", context), "text/html")
    return message
