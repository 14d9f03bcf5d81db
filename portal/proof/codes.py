"""A code to whoever is signed in already: it proves that the person's mailbox, or their phone, is theirs now, and opens
this session only."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from portal.access import limited
from portal.people.codes import PHONE, CodeOnItsWay, TooOften, mail_with, text_with
from portal.people.mail import deliver, deliver_text
from portal.people.tokens import new_token

STEP_UP = CodeOnItsWay("step_up")
# By person, however many devices ask. What goes to a phone costs money: portal/people/limits.py says how much.
CODES = ("portal.step_up_codes", "5/10m")
TEXTS = ("portal.step_up_texts", "10/d")


def send_code(request: HttpRequest, kind: str) -> None:
    """Send a new code by EMAIL or to the PHONE; the one before is worth nothing from now on. Raises TooOften."""
    person = request.user
    if limited(request, *CODES):
        raise TooOften
    if kind == PHONE and limited(request, *TEXTS):
        raise TooOften(
            _("Enough text messages went to your phone today. Try again tomorrow, or come to the desk.")
        )
    code = STEP_UP.begin(request, kind, getattr(person, kind))
    with translation.override(person.language):
        if kind == PHONE:
            deliver_text.enqueue(person.pk, text_with(code), new_token())
            return
        unasked = _(
            "If you did not ask for a code, somebody else may be using your account: sign in, end the devices you do "
            "not know, or call us."
        )
        deliver.enqueue(person.pk, *mail_with(code, unasked=unasked))


def code_on_its_way(request: HttpRequest) -> tuple[str, str] | None:
    """(kind, contact) of the code, where it went to what the person has now: elsewhere it proves nothing."""
    sent = STEP_UP.goes_to(request) if STEP_UP.is_alive(request) else None
    return sent if sent and getattr(request.user, sent[0]) == sent[1] else None
