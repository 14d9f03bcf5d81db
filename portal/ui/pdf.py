"""Pages A4 as a PDF. Each is a page to print, too, which serves where the libraries of the system are not there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.translation import get_language_info

from .installation import installation
from .main_desk import main_desk


@lru_cache(maxsize=1)
def can_print_pdf() -> bool:
    """Whether WeasyPrint finds pango on this machine."""
    try:
        import weasyprint  # noqa: F401, PLC0415 — at the first one: it loads libraries of the system
    except (ImportError, OSError):
        return False
    return True


def pdf(template: str, context: Mapping[str, Any], *, style: str, language: str) -> bytes:
    """Nothing is fetched from anywhere: all that it shows is in it. style: the name of a static sheet, the page's own.

    The template knows `language`, `direction`, and what stands on every page of the installation. Ask `can_print_pdf`
    before.
    """
    from weasyprint import CSS, HTML, URLFetcher  # noqa: PLC0415 — as above

    around = {
        **installation(),
        "main_desk": main_desk(),
        "language": language,
        "direction": direction_of(language),
    }
    html = render_to_string(template, {**around, **context})
    nothing = URLFetcher(allowed_protocols=())
    sheet = CSS(string=_sheet(style), url_fetcher=nothing)
    return HTML(string=html, url_fetcher=nothing).write_pdf(stylesheets=[sheet])


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """To take along. name: the file's, with its ending."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "private, no-store"
    return answer


def direction_of(language: str) -> str:
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def _sheet(style: str) -> str:
    """The same as the page's, from where it was collected or, in development, from where it is written."""
    if found := finders.find(style):
        with open(found, encoding="utf-8") as file:
            return file.read()
    with staticfiles_storage.open(style) as file:
        return file.read().decode()
