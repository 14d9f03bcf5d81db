"""Codes that prove a contact: eight digits go to an address or a number, and come back within ten minutes.

One way for all who ask: at the first sign-in, for a new contact, when asked once more who one is; whoever asks to join
is in no session yet, so that their request keeps the digest in its row (portal/people/joining/models.py).
"""

from __future__ import annotations

import secrets
import time
import unicodedata
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .mail import deliver_text_to, deliver_to
from .tokens import new_token

EMAIL, PHONE = "email", "phone"
DIGITS = 8
LIFE = 600  # seconds
TRIES = 5  # of one code: with 100,000,000 that there are, whoever guesses meets it once in 20,000,000 times

WRONG = gettext_lazy("This code is not right. Look at the message again.")
SPENT = gettext_lazy("This code does not work any more. Ask for a new one.")


def tries_left(left: int) -> str:
    """How often a code may still be tried, as it is told to whoever has just typed a wrong one."""
    return ngettext("You can try %(left)d more time.", "You can try %(left)d more times.", left) % {
        "left": left
    }


class TooOften(Exception):
    """Codes were asked for too often; `said` is what whoever asked may read."""

    def __init__(self, said: Any = None) -> None:
        super().__init__(said)
        self.said = said or _("That was too often. Wait some minutes, then try again.")


class CodeSpent(Exception):
    """The code is too old, or was tried too often: a new one is needed."""


# -- what a code is ----------------------------------------------------------------------------------------------


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def readable(code: str) -> str:
    """12345678 as it is written to people: 1234-5678."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def in_our_digits(text: str) -> str:
    """The same text with its digits as 0 to 9: whoever writes Arabic types ٤٢ for 42."""
    return "".join(
        str(digit) if (digit := unicodedata.digit(character, None)) is not None else character
        for character in text
    )


def plain_digits(text: str) -> str:
    """The digits alone: some copy the dash, some write blanks."""
    return "".join(character for character in in_our_digits(text) if character in "0123456789")


def digest(purpose: str, contact: str, number: object, code: str) -> str:
    """What is kept of a code: keyed by the installation's secret, because eight digits alone are found by trying.

    For another purpose, another contact or another `number` (of this very code) it is another.
    """
    about = f"{purpose}|{number}|{contact}|{plain_digits(code)}"
    return salted_hmac("portal.people.codes", about, algorithm="sha256").hexdigest()


class CodeField(forms.CharField):
    """A code as people write it, in whatever digits; cleaned, it is the digits alone."""

    default_error_messages = {
        "required": gettext_lazy("Write the code."),
        "invalid": gettext_lazy("The code has eight digits. Look at the message again."),
    }

    def __init__(self, *, length: int | None = DIGITS, **kwargs: Any) -> None:
        self.length = length
        super().__init__(**{"label": gettext_lazy("Code"), **kwargs})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
        return {**super().widget_attrs(widget), **attrs}

    def to_python(self, value: Any) -> str:
        return plain_digits(super().to_python(value)[:100])

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.length and len(value) != self.length:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


# -- what is written ---------------------------------------------------------------------------------------------


def mail_with(code: str, *, unasked: str = "") -> tuple[str, str]:
    """(subject, text) of the message that brings a code, in the language that is active now.

    The subject shows on a locked screen: it holds no code. `unasked`: what to do if one did not ask for it.
    """
    words = {"site": settings.PORTAL_NAME, "code": readable(code)}
    text = _(
        "Hello,\n\nyour code for %(site)s is: %(code)s\n\nWrite it on the page that asked for it. It works for ten "
        "minutes. Give it to nobody: we never ask for it."
    )
    last = unasked or _("If you did not ask for a code, you need do nothing.")
    return _("Your code for %(site)s") % words, f"{text % words}\n{last}"


def text_with(code: str) -> str:
    """The same as a text message; without a link: who gets one must not learn to follow it."""
    words = {"site": settings.PORTAL_NAME, "code": readable(code)}
    return _("%(code)s: your code for %(site)s. Good for 10 minutes. Tell nobody.") % words


def write_to(contact: str, code: str) -> None:
    """Send a code to an address or a number that is nobody's yet, in the language that is active now."""
    if "@" in contact:
        deliver_to.enqueue(contact, *mail_with(code))
    else:
        deliver_text_to.enqueue(contact, text_with(code), new_token())


# -- a code on its way -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CodeOnItsWay:
    """The code that a session waits for, for one `purpose`: no other session knows of it.

    The session remembers where the code went and its digest: what it holds opens nothing, and a code that was sent to
    one contact confirms no other.
    """

    purpose: str

    @property
    def key(self) -> str:
        return f"portal_code_{self.purpose}"

    def begin(self, request: HttpRequest, kind: str, contact: str, *, is_sent: bool = True) -> str:
        """A new code, to be sent by the caller; the one before is worth nothing from now on.

        Where nothing `is_sent`, because the contact is somebody's or has had enough, all is the same but that there is
        nothing to guess.
        """
        number, code = secrets.token_hex(8), new_code()
        of = code if is_sent else ""
        request.session[self.key] = {
            "kind": kind,
            "contact": contact,
            "number": number,
            "digest": digest(self.purpose, contact, number, of),
            "until": int(time.time()) + LIFE,
            "tries": 0,
        }
        return code

    def goes_to(self, request: HttpRequest) -> tuple[str, str] | None:
        """(EMAIL or PHONE, contact) of the code that was sent last, however long ago, or None."""
        waiting = request.session.get(self.key)
        return (waiting["kind"], waiting["contact"]) if waiting else None

    def is_alive(self, request: HttpRequest) -> bool:
        """Whether there is a code that is not too old."""
        return request.session.get(self.key, {}).get("until", 0) > time.time()

    def is_right(self, request: HttpRequest, typed: str) -> bool:
        """Whether this is the code that went out; the right one is used up.

        The fifth wrong try, which spends the code, raises CodeSpent; so does whatever is typed afterwards, or after ten
        minutes, or where there is no code at all.
        """
        waiting = request.session.get(self.key)
        if not waiting or not self.is_alive(request):
            raise CodeSpent
        waiting["tries"] += 1
        request.session.modified = True
        # The session counts for those who take turns; requests that come at once meet in the shared cache.
        tried = max(waiting["tries"], tries_of(waiting["number"]))
        if tried > TRIES:
            raise CodeSpent
        typed = plain_digits(typed)
        kept = digest(self.purpose, waiting["contact"], waiting["number"], typed)
        # What was never sent is kept as the digest of nothing, which nobody can type.
        if not constant_time_compare(waiting["digest"], kept) or not typed:
            if tried == TRIES:
                raise CodeSpent
            return False
        self.forget(request)
        return True

    def forget(self, request: HttpRequest) -> None:
        request.session.pop(self.key, None)


def tries_of(number: str) -> int:
    """How often the code of that `number` was tried, this time counted.

    Kept from the first try on for as long as a code lives at most: no window turns meanwhile.
    """
    key = f"portal.code_tries.{number}"
    cache.add(key, 0, LIFE)
    try:
        return cache.incr(key)
    except ValueError:
        return 1  # pushed out between the two; the session counts as well, for the codes of allauth too
