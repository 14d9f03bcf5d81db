"""What leaves the portal says that there is news and not which: a preview on a locked phone is read by others."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from portal.tasks import background
from portal.tasks.mail import NotSent, send

from .models import Notification


@background(attempts=16)  # over a day: a mail server may be away for as long
def deliver_email(notification_id: int) -> None:
    """Send one notification by e-mail, exactly once as far as we can know.

    A worker killed between the server's acceptance and our row sends it again, with the same Message-ID. No transaction
    is open while a mail server takes its time: nobody else would write on SQLite meanwhile.
    """
    notification = (
        Notification.objects.filter(pk=notification_id, sent_at=None).select_related("person").first()
    )
    if notification is None or not notification.begin_attempt():
        return
    person = notification.person
    try:
        # Whoever has gone, or has given their address up, is written to no more; the inbox has it.
        if person.is_active and person.email:
            send(_message(notification))
    except NotSent as failure:
        notification.attempt_failed(str(failure))
        raise
    notification.attempt_succeeded()


def _message(notification: Notification) -> EmailMultiAlternatives:
    person = notification.person
    with translation.override(person.language):
        context = {
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
