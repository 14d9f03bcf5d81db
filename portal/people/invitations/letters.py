"""The letter itself: a page to print, and the same as a PDF where the system's libraries are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from portal.people.mail import deliver
from portal.ui.installation import installation
from portal.ui.main_desk import main_desk
from portal.ui.qr import qr_code

from .codes import grouped
from .models import Invitation

STYLE = "portal/letter.css"


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
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"

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


@lru_cache(maxsize=1)
def can_print_pdf() -> bool:
    """Whether WeasyPrint finds pango on this machine."""
    try:
        import weasyprint  # noqa: F401, PLC0415 — at the first letter: it loads libraries of the system
    except (ImportError, OSError):
        return False
    return True


def pdf(letters: Sequence[Letter]) -> bytes:
    """A page A4 for each. Nothing is fetched from anywhere: all that it shows is in it."""
    from weasyprint import CSS, HTML, URLFetcher  # noqa: PLC0415 — as above

    html = render_to_string(
        "portal/people/invitations/letters_pdf.html",
        {
            **installation(),
            "main_desk": main_desk(),
            "letters": letters,
            "language": letters[0].language,
            "direction": letters[0].direction,
        },
    )
    nothing = URLFetcher(allowed_protocols=())
    style = CSS(string=_style(), url_fetcher=nothing)
    return HTML(string=html, url_fetcher=nothing).write_pdf(stylesheets=[style])


def _style() -> str:
    """The same sheet as the page's, from where it was collected or, in development, from where it is written."""
    if found := finders.find(STYLE):
        with open(found, encoding="utf-8") as file:
            return file.read()
    with staticfiles_storage.open(STYLE) as file:
        return file.read().decode()
