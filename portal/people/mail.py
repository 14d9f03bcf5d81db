"""Messages of the door: codes, links, and what became of an account. Written now, sent in the background."""

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from portal.tasks import background
from portal.tasks.mail import send
from portal.tasks.sms import can_send_sms, send_sms

from .tokens import new_token


@background(attempts=5, confidential=True)
def deliver(person: int | None, subject: str, text: str) -> None:
    """Send a message to the address that a person has now. None is nobody: who asked cannot tell the difference.

    The text holds codes and links that open an account.
    """
    address = (
        get_user_model().objects.filter(pk=person, is_active=True).values_list("email", flat=True).first()
    )
    if address:
        send(EmailMessage(subject, text, to=[address]))


@background(attempts=3, confidential=True)
def deliver_text(person: int | None, text: str, reference: str) -> None:
    """Send a text message to the number that a person signs in with now. None is nobody, as for `deliver`.

    Tried for a minute only: what it says is worth nothing after ten. `reference` stays the same at every attempt.
    """
    number = (
        get_user_model().objects.filter(pk=person, is_active=True).values_list("phone", flat=True).first()
    )
    if number and can_send_sms():
        send_sms(number, text, reference=reference)


@background(attempts=5, confidential=True)
def deliver_to(address: str, subject: str, text: str) -> None:
    """Send a message to an address that is nobody's yet, or no longer somebody's."""
    send(EmailMessage(subject, text, to=[address]))


@background(attempts=3, confidential=True)
def deliver_text_to(number: str, text: str, reference: str) -> None:
    """The same for a number."""
    if can_send_sms():
        send_sms(number, text, reference=reference)


def tell_former_contact(person, field: str, former: str) -> None:
    """Tell the address ("email") or number ("phone") that a person had until now that it opens their account no more.

    Whoever took the account over has changed that first.
    """
    with translation.override(person.language):
        if field == "phone":
            text = _("Your number no longer signs you in. Was it not you? Call or visit the desk at once.")
            deliver_text_to.enqueue(former, text, new_token())
            return
        text = _(
            "Hello,\n\nthe e-mail address of your account was changed or taken away just now. Codes no longer come to "
            "%(address)s.\n\nIf it was not you, and you asked nobody to do it, come to the desk or call us at once."
        )
        deliver_to.enqueue(former, _("Your e-mail address was changed"), text % {"address": former})


def tell_of_return(person) -> None:
    """Tell all that somebody is reached by that the desk has made a letter which opens their account.

    Whoever stands at the desk in their name cannot keep it from them: it goes out before the letter is used.
    """
    with translation.override(person.language):
        if person.email:
            text = _(
                "Hello,\n\nsomebody stood at our desk with your document and said that they cannot sign in any more. "
                "We made a letter for them: whoever has it comes into your account, within three days.\n\nIf it was "
                "not you, come to the desk or call us at once: we make the letter worthless."
            )
            deliver_to.enqueue(person.email, _("A letter opens your account"), text)
        if person.phone:
            text = _(
                "The desk made a letter that opens your account. Was it not you? Call or visit the desk at once."
            )
            deliver_text_to.enqueue(person.phone, text, new_token())
