"""A new address or number counts once a code that was sent there has been written back.

What waits for its code stands in the session of whoever asked: another device knows nothing of it, and it ends with
the session. Whether somebody else signs in with that address or number already shows in nothing: the same is done, and
the code that comes to the holder is none; they read that somebody tried.
"""

from __future__ import annotations

import secrets
import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from portal.access import limited
from portal.people.mail import deliver_text_to, deliver_to
from portal.people.models import ContactTaken
from portal.people.tokens import new_token

PENDING = "portal_contact_pending"
LIFE = 600  # seconds
OF_A_PERSON = "5/h"
# To one address or number, whoever asks: a stranger's phone must not ring all day, and texts cost money.
TO_A_CONTACT = "5/d"
TRIES = "5/20m"


class TooOften(Exception):
    """The person has asked for many codes within the hour."""


def begin(request: HttpRequest, kind: str, value: str) -> None:
    """Send a code to `value`, an "email" in lower case or a "phone" in the form of E.164. Raises TooOften."""
    if limited(request, "portal.contact_codes", OF_A_PERSON):
        raise TooOften
    enough = limited(request, "portal.contact_codes_to", TO_A_CONTACT, by=f"{kind} {value}")
    holder = _holder(kind, value, besides=request.user)
    number, code = secrets.token_hex(8), get_adapter().generate_login_code()
    # Of the code that nobody is sent there is nothing to guess.
    sent = code if not holder and not enough else secrets.token_hex(16)
    request.session[PENDING] = {
        "kind": kind,
        "value": value,
        "number": number,
        "digest": _digest(number, sent),
        "until": int(time.time()) + LIFE,
    }
    if not enough:
        _write(kind, value, request.user, code, holder)


def pending(request: HttpRequest) -> dict | None:
    """{"kind", "value", …} of what waits for its code, or None."""
    waiting = request.session.get(PENDING)
    if waiting and waiting["until"] > time.time():
        return waiting
    request.session.pop(PENDING, None)
    return None


def confirm(request: HttpRequest, code: str) -> bool:
    """Make what waits the person's own, if the code is right. Counts the try. Raises TooOften."""
    waiting = pending(request)
    if waiting is None:
        return False
    if limited(request, "portal.contact_tries", TRIES, by=waiting["number"]):
        raise TooOften
    digits = "".join(character for character in code if character.isalnum())
    if not constant_time_compare(waiting["digest"], _digest(waiting["number"], digits)):
        return False
    person = request.user
    try:
        (person.change_email if waiting["kind"] == "email" else person.change_phone)(
            waiting["value"], by=person
        )
    except ContactTaken:
        # Somebody else was faster.
        return False
    request.session.pop(PENDING, None)
    return True


def _holder(kind: str, value: str, *, besides):
    """Whoever has it, their account open or closed; always one query."""
    people = get_user_model().objects.exclude(pk=besides.pk)
    if kind == "phone":
        return people.filter(phone=value).first()
    return people.alias(lower_email=Lower("email")).filter(lower_email=value).first()


def _digest(number: str, code: str) -> str:
    digits = "".join(character for character in code if character.isalnum())
    return salted_hmac("portal.people.contacts", f"{number}:{digits}", algorithm="sha256").hexdigest()


def _write(kind: str, value: str, person, code: str, holder) -> None:
    words = {"code": code, "site": settings.PORTAL_NAME}
    with translation.override((holder or person).language):
        if kind == "phone":
            text = (
                _("Somebody wants to sign in to %(site)s with this number. An account has it already.")
                if holder
                else _("%(code)s: your code for %(site)s. Good for 10 minutes. Tell nobody.")
            )
            deliver_text_to.enqueue(value, text % words, new_token())
            return
        subject = _("Somebody wants to use this address") if holder else _("Your code for a new address")
        text = (
            _(
                "Hello,\n\nsomebody wants to sign in to %(site)s with this address. An account has it already, "
                "so nothing was changed.\n\nWas it you? Then you can sign in with this address as it is. "
                "Otherwise you need do nothing."
            )
            if holder
            else _(
                "Hello,\n\nyour code to confirm this address is: %(code)s\n\nIt works for ten minutes. "
                "Give it to nobody: we never ask for it.\nIf you did not ask for a code, you need do nothing."
            )
        )
        deliver_to.enqueue(value, subject, text % words)
