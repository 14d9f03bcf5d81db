"""A code to whoever is signed in already: it proves that the person's mailbox is theirs now, and opens this session
only."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from portal.people.codes import EMAIL, CodeOnItsWay, mail_with
from portal.people.mail import deliver

STEP_UP = CodeOnItsWay("step_up")


def send_code(request: HttpRequest) -> None:
    """Send a new code; the one before is worth nothing from now on."""
    person = request.user
    code = STEP_UP.begin(request, EMAIL, person.email)
    with translation.override(person.language):
        unasked = _(
            "If you did not ask for a code, somebody else may be using your account: sign in, end the devices you do "
            "not know, or call us."
        )
        deliver.enqueue(person.pk, *mail_with(code, unasked=unasked))


def is_on_its_way(request: HttpRequest) -> bool:
    """Whether one has been sent to what the person has now: what went to another address proves nothing."""
    return STEP_UP.is_alive(request) and STEP_UP.goes_to(request) == (EMAIL, request.user.email)
