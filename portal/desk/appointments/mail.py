"""What people without an account are told, by mail or by text message: that there is news, and a link that shows which.

Neither place nor time stands in it: a message is read by whoever holds the phone (THREATS.md, 5 and 11).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.access import forgive, limited
from portal.tasks import background
from portal.tasks.mail import send
from portal.tasks.sms import can_send_sms, send_sms

from .models import AppointmentLink

TEXTS_A_DAY = "8/d"  # to one number
MAILS_A_DAY = "20/d"  # to one address: three appointments, each moved now and then


@background(attempts=5)
def tell(link_id: int, what: str) -> None:
    """`what` is the last part of the fact's kind. The link of the message is drawn now; sent again, it is another."""
    link = AppointmentLink.objects.select_related("appointment", "place").filter(pk=link_id).first()
    if link is None:
        return
    about = link.appointment or link.place
    name = "portal:appointment_link" if link.appointment_id else "portal:waiting_link"
    with translation.override(about.language):
        path = reverse(name, args=[link.draw()])
        told = {"site": settings.PORTAL_NAME, "url": f"{settings.WAGTAILADMIN_BASE_URL}{path}"}
        subject, text = _words(what, told)
        if about.email:
            # One address, however it is written.
            with _counted("portal.appointment_mails", MAILS_A_DAY, about.email.lower()) as is_enough:
                if not is_enough:
                    send(EmailMessage(subject, text, to=[about.email]))
        elif about.phone and can_send_sms():
            with _counted("portal.appointment_texts", TEXTS_A_DAY, about.phone) as is_enough:
                if not is_enough:
                    send_sms(about.phone, f"{subject}: {told['url']}", reference=f"appointment-{link.pk}")


@contextmanager
def _counted(name: str, rate: str, to: str) -> Iterator[bool]:
    """Whether they have had enough today: whoever books in somebody's name cannot fill their letterbox or phone.

    What could not be sent is not counted: it is tried again.
    """
    is_enough = limited(None, name, rate, by=to)
    try:
        yield is_enough
    except Exception:
        forgive(None, name, rate, by=to)
        raise


def _words(what: str, told: dict[str, str]) -> tuple[str, str]:
    """Subject and text, in the language that is active."""
    subject = {
        "booked": _("%(site)s: your appointment is booked"),
        "moved": _("%(site)s: your appointment has another time"),
        "cancelled": _("%(site)s: your appointment is cancelled"),
        "reminded": _("%(site)s: you have an appointment soon"),
        "displaced": _("%(site)s: the desk will be closed, please choose another time"),
        "joined": _("%(site)s: you are on the waiting list"),
        "offered": _("%(site)s: a time has become free, do you want it?"),
        "over": _("%(site)s: you are not on the waiting list any more"),
    }[what] % told
    first = {
        "booked": _(
            "your appointment is booked. When and where, and how to move or cancel it, you find here:"
        ),
        "moved": _("your appointment has another time. You find it here:"),
        "cancelled": _("your appointment is cancelled. If it was not you, look here and call us:"),
        "reminded": _(
            "you have an appointment with us soon. On which day, when and where, and what to bring, you find here:"
        ),
        "displaced": _(
            "the desk will be closed on the day of your appointment. We are sorry. Choose another time here:"
        ),
        "joined": _(
            "you are on the waiting list. We write to you when a time becomes free. You can leave it here:"
        ),
        "offered": _(
            "a time has become free. It is kept for you for some hours. Take it, or let it go, here:"
        ),
        "over": _("you are not on the waiting list any more. You can book an appointment here:"),
    }[what]
    text = _(
        "Hello,\n\n%(news)s\n%(url)s\n\nKeep this link to yourself: whoever has it can change the appointment."
    )
    return subject, text % {"news": first, "url": told["url"]}
