"""What people who ask to join are told, by mail or by text message, in the language they chose."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.people.codes import mail_with, text_with
from portal.tasks import background
from portal.tasks.mail import send
from portal.tasks.sms import can_send_sms, send_sms


@background(attempts=5, confidential=True)
def tell_code(request_id: int, code: str) -> None:
    """The code; to somebody who is registered already, that they are, and no code."""
    request = _request(request_id)
    if request is None or request.state != request.State.UNCONFIRMED:
        return
    with translation.override(request.language):
        known = _is_known(request)
        if known and not request.email:
            # As every text message: one, and without a link, which nobody is to learn to follow.
            subject, text = "", _("You have an account at %(site)s already: sign in with this number.")
            text %= {"site": settings.PORTAL_NAME}
        elif known:
            subject = _("You are registered already")
            text = _(
                "Hello,\n\nsomebody, perhaps you, asked to join %(site)s with this address. You have an account "
                "already. Sign in here:\n%(url)s\n\nIf it was not you, you need do nothing."
            ) % {"site": settings.PORTAL_NAME, "url": _sign_in_address()}
        else:
            subject, text = mail_with(code) if request.email else ("", text_with(code))
        _tell(request.email, request.phone, subject, text, f"join-{request.pk}-code-{request.codes_sent}")


@background(attempts=5)
def tell_decision(request_id: int) -> None:
    """That they are in, and how to sign in; or a friendly no, without a reason."""
    request = _request(request_id)
    if request is None or request.state not in (request.State.APPROVED, request.State.DECLINED):
        return
    person = request.person
    with translation.override(request.language):
        if request.state == request.State.APPROVED:
            if person is None or not person.is_active:
                return
            subject = _("Welcome to %(site)s") % {"site": settings.PORTAL_NAME}
            text = _(
                "Hello %(name)s,\n\nyou are in. To sign in, open this page and ask for a code:\n%(url)s\n\nWe look "
                "forward to you."
            ) % {"name": person.display_name, "url": _sign_in_address()}
            _tell(person.email, person.phone, subject, text, f"join-{request.pk}-approved")
        else:
            subject = _("Your request to %(site)s") % {"site": settings.PORTAL_NAME}
            text = _(
                "Hello,\n\nthank you for wanting to lend a hand. We cannot let you in at the moment. Our guides are "
                "open to everybody, and at the desk we are happy to talk with you."
            )
            _tell(request.email, request.phone, subject, text, f"join-{request.pk}-declined")


def _request(request_id: int):
    requests = apps.get_model("portal", "JoinRequest").objects
    return requests.select_related("person").filter(pk=request_id).first()


def _is_known(request) -> bool:
    people = apps.get_model("portal", "User").objects
    if request.email:
        return people.signing_in_as(request.email) is not None
    return people.filter(phone=request.phone, is_active=True).exists()


def _sign_in_address() -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('account_login')}"


def _tell(email: str | None, phone: str | None, subject: str, text: str, reference: str) -> None:
    """`reference` is the same at every attempt, so that a provider can tell a repetition."""
    if email:
        send(EmailMessage(subject, text, to=[email]))
    elif phone and can_send_sms():
        send_sms(phone, text, reference=reference)
