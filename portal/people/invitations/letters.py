"""The letter itself: a page to print, and the same as a PDF where the system's libraries are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.people.mail import deliver
from portal.ui.main_desk import main_desk
from portal.ui.pdf import direction_of
from portal.ui.pdf import pdf as as_pdf
from portal.ui.qr import qr_code

from .codes import grouped
from .models import Invitation

STYLE = "portal/letter.css"
LETTERS_PDF = "portal/people/invitations/letters_pdf.html"


@dataclass(frozen=True)
class Letter:
    """An invitation with its code, which only the moment of making it knows."""

    invitation: Invitation
    code: str

    @property
    def language(self) -> str:
        return self.invitation.person.language

    @property
    def direction(self) -> str:
        return direction_of(self.language)

    @property
    def code_to_type(self) -> str:
        return grouped(self.code)

    @property
    def page(self) -> str:
        """Where to type the code, as people write an address: without https://."""
        return self._address().partition("://")[2]

    @property
    def link(self) -> str:
        """What the square holds. Behind the # nothing reaches a server, nor its log."""
        return f"{self._address()}#{self.code}"

    @property
    def square(self) -> SafeString:
        return qr_code(self.link)

    def _address(self) -> str:
        with translation.override(self.language):
            return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('portal:welcome')}"


def send(letter: Letter) -> None:
    """To the address that the person has now; the message says no more than that there is a letter."""
    with translation.override(letter.language):
        words = {"site": settings.PORTAL_NAME, "link": letter.link, "phone": main_desk().phone}
        text = _(
            "There is a letter for you from %(site)s. Open it here:\n\n"
            "%(link)s\n\n"
            "The link works once, for three days. Do not pass it on: whoever has it comes in as you."
        )
        if words["phone"]:
            text = f"{text}\n\n{_('The desk helps you: %(phone)s')}"
        deliver.enqueue(
            letter.invitation.person_id, _("A letter for you from %(site)s") % words, text % words
        )


def pdf(letters: Sequence[Letter]) -> bytes:
    """A page A4 for each."""
    context = {"letters": letters}
    return as_pdf(LETTERS_PDF, context, style=STYLE, language=letters[0].language)
