"""A new address or number counts once a code that was sent there has been written back.

Whether somebody else signs in with it already shows in nothing: the same is done, and the code that comes to the holder
is none; they read that somebody tried.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from portal.access import limited
from portal.people.codes import EMAIL, PHONE, CodeOnItsWay, TooOften, write_to
from portal.people.limits import order_to
from portal.people.mail import deliver_text_to, deliver_to
from portal.people.models import ContactTaken
from portal.people.tokens import new_token

NEW_CONTACT = CodeOnItsWay("new_contact")
OF_A_PERSON = "5/h"


def begin(request: HttpRequest, kind: str, value: str) -> None:
    """Send a code to `value`, an "email" in lower case or a "phone" in the form of E.164. Raises TooOften."""
    if limited(request, "portal.contact_codes", OF_A_PERSON):
        raise TooOften(_("That was too often. Wait an hour, then try again."))
    # A stranger's phone must not ring all day; whoever is signed in is a stranger at a contact that is not theirs.
    to_be_sent = order_to(request, value)
    holder = _holder(kind, value, besides=request.user)
    code = NEW_CONTACT.begin(request, kind, value, is_sent=to_be_sent and not holder)
    if not to_be_sent:
        return
    with translation.override((holder or request.user).language):
        if holder:
            _tell(kind, value)
        else:
            write_to(value, code)


def confirm(request: HttpRequest, typed: str) -> bool:
    """Make what waits the person's own, if the code is right. Raises CodeSpent."""
    waiting = NEW_CONTACT.goes_to(request)
    if waiting is None or not NEW_CONTACT.is_right(request, typed):
        return False
    (kind, value), person = waiting, request.user
    try:
        (person.change_email if kind == EMAIL else person.change_phone)(value, by=person)
    except ContactTaken:
        # Somebody else was faster.
        return False
    return True


def _holder(kind: str, value: str, *, besides):
    """Whoever has it, their account open or closed; always one query."""
    people = get_user_model().objects.exclude(pk=besides.pk)
    if kind == PHONE:
        return people.filter(phone=value).first()
    return people.alias(lower_email=Lower("email")).filter(lower_email=value).first()


def _tell(kind: str, value: str) -> None:
    """Tell whoever has this contact that somebody wanted it."""
    words = {"site": settings.PORTAL_NAME}
    if kind == PHONE:
        text = _("Somebody wants to sign in to %(site)s with this number. An account has it already.")
        deliver_text_to.enqueue(value, text % words, new_token())
        return
    text = _(
        "Hello,\n\nsomebody wants to sign in to %(site)s with this address. An account has it already, "
        "so nothing was changed.\n\nWas it you? Then you can sign in with this address as it is. "
        "Otherwise you need do nothing."
    )
    deliver_to.enqueue(value, _("Somebody wants to use this address"), text % words)
