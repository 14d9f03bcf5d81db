"""A code by e-mail to whoever is signed in already: it proves that the person's mailbox is theirs now, and opens this
session only."""

from __future__ import annotations

import time
import unicodedata

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.people.mail import deliver

LIFE = 600  # seconds
_IN_SESSION = "portal_step_up_code"
_SALT = "portal.proof.codes"


def send_code(request: HttpRequest) -> None:
    """Send a new code; the one before is worth nothing from now on."""
    person = request.user
    code = get_adapter(request).generate_login_code()
    request.session[_IN_SESSION] = {"is": _kept(code), "until": time.time() + LIFE}
    with translation.override(person.language):
        subject = render_to_string("portal/proof/code_subject.txt").strip()
        text = render_to_string("portal/proof/code_message.txt", {"code": code})
    deliver.enqueue(person.pk, subject, text)


def is_on_its_way(request: HttpRequest) -> bool:
    return request.session.get(_IN_SESSION, {}).get("until", 0) > time.time()


def is_the_code(request: HttpRequest, typed: str) -> bool:
    """Whether this is the code that was sent: right once, and used up by that. The caller counts the tries."""
    if not is_on_its_way(request):
        return False
    right = constant_time_compare(request.session[_IN_SESSION]["is"], _kept(typed))
    if right:
        del request.session[_IN_SESSION]
    return right


def plain_digits(typed: str) -> str:
    """The digits alone, as 0 to 9: whoever writes Arabic types ٤٢ for 42, and some copy the dash."""
    digits = (unicodedata.digit(character, None) for character in typed)
    return "".join(str(digit) for digit in digits if digit is not None)


def _kept(code: str) -> str:
    return salted_hmac(_SALT, plain_digits(code), algorithm="sha256").hexdigest()
