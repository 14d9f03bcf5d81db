"""What leaves the portal says that there is news and not which: a preview on a locked phone is read by others."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.tasks import background

from .models import Notification


@background(attempts=6)
def deliver_email(notification_id: int) -> None:
    """Send one notification by e-mail, exactly once as far as we can know.

    A worker killed between the server's acceptance and our row sends it again, with the same Message-ID.
    """
    waiting = Notification.objects.filter(pk=notification_id, sent_at=None)
    waiting.update(attempts=F("attempts") + 1)
    try:
        with transaction.atomic():
            notification = (
                waiting.select_for_update(of=("self",), skip_locked=True)
                .select_related("person", "event")
                .first()
            )
            if notification is None:
                return
            if notification.person.email and notification.person.is_active:
                _message(notification).send()
            waiting.update(sent_at=timezone.now(), last_error="")
    except Exception as error:
        # The class only: a mail server's answer may repeat the address.
        waiting.update(last_error=type(error).__name__)
        raise


def _message(notification: Notification) -> EmailMultiAlternatives:
    person = notification.person
    with translation.override(person.language):
        context = {
            "person": person,
            "site_name": settings.PORTAL_NAME,
            "url": f"{settings.WAGTAILADMIN_BASE_URL}{notification.get_absolute_url()}",
            "LANGUAGE_CODE": person.language,
            "LANGUAGE_BIDI": translation.get_language_bidi(),
        }
        message = EmailMultiAlternatives(
            subject=_("News for you on %(site)s") % {"site": settings.PORTAL_NAME},
            body=render_to_string("portal/notifications/email.txt", context),
            to=[person.email],
            headers={"Message-ID": notification.message_id, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string("portal/notifications/email.html", context), "text/html")
    return message
