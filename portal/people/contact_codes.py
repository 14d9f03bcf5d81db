"""Is this address, or this number, really theirs? A code goes there and comes back.

The session remembers where a code went and its keyed digest: what it holds opens nothing, and a code sent to one
address confirms no other.
"""

from __future__ import annotations

import secrets
import time
import unicodedata

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from portal.access import limited

from .limits import enough_for_today
from .mail import deliver_text_to, deliver_to
from .tokens import new_token

EMAIL, PHONE = "email", "phone"
DIGITS = 8
LIFE = 600  # seconds
TRIES = 5
# Of one client to one address or number, and of one client to whomever: nobody's mailbox is filled from here.
CODES = "5/10m"
CODES_OF_A_CLIENT = "30/10m"
SESSION = "portal_contact_code"


class TooOften(Exception):
    """Codes were asked for too often from here."""


def send_code(request: HttpRequest, kind: str, contact: str, *, by: object) -> None:
    """Send a code to an address (lower case) or a number (E.164), in the language of the page; an older one is void.

    `by` is whom to count, besides the client. Whether somebody else has this contact makes no difference. Raises
    TooOften.
    """
    refused = [
        limited(request, "portal.contact_code", CODES, by=f"{by} {contact}"),
        limited(request, "portal.contact_code_client", CODES_OF_A_CLIENT),
        enough_for_today(request, contact),
    ]
    if any(refused):
        raise TooOften
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    shown = f"{code[: DIGITS // 2]}-{code[DIGITS // 2 :]}"
    number = secrets.token_hex(8)
    request.session[SESSION] = {
        "kind": kind,
        "contact": contact,
        "number": number,
        "digest": _digest(number, contact, code),
        "until": int(time.time()) + LIFE,
        "tries": 0,
    }
    words = {"site": settings.PORTAL_NAME, "code": shown}
    if kind == EMAIL:
        text = _(
            "Your code for %(site)s: %(code)s\n\n"
            "Write it on the page that asked for it, within ten minutes.\n"
            "Nobody of ours ever asks you for it. If you asked for no code, there is nothing to do."
        )
        deliver_to.enqueue(contact, _("Your code for %(site)s") % words, text % words)
    else:
        text = _("%(site)s: your code is %(code)s. Tell it to nobody.")
        deliver_text_to.enqueue(contact, text % words, new_token())


def code_goes_to(request: HttpRequest) -> tuple[str, str] | None:
    """(kind, contact) of the code that is on its way, or None."""
    waiting = request.session.get(SESSION)
    return (waiting["kind"], waiting["contact"]) if waiting else None


def is_right(request: HttpRequest, typed: str) -> bool:
    """Whether this is the code that went out, within ten minutes and five tries. The right one is used up."""
    waiting = request.session.get(SESSION)
    if not waiting:
        return False
    waiting["tries"] += 1
    request.session.modified = True
    # The session counts for those who take turns; requests that come at once meet in the shared cache.
    at_once = limited(request, "portal.contact_code_tries", f"{TRIES}/d", by=waiting["number"])
    if waiting["tries"] > TRIES or at_once or waiting["until"] < time.time():
        return False
    if not constant_time_compare(
        waiting["digest"], _digest(waiting["number"], waiting["contact"], _plain(typed))
    ):
        return False
    del request.session[SESSION]
    return True


def forget_code(request: HttpRequest) -> None:
    request.session.pop(SESSION, None)


def _plain(typed: str) -> str:
    """Digits only, whatever digits one writes."""
    digits = (unicodedata.digit(character, None) for character in typed)
    return "".join(str(digit) for digit in digits if digit is not None)


def _digest(number: str, contact: str, code: str) -> str:
    return salted_hmac("portal.contact_code", f"{number}|{contact}|{code}", algorithm="sha256").hexdigest()
