"""To what the texts of a page link: asked for once a page, however many paragraphs it has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextvars import ContextVar

from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.fields import StreamField
from wagtail.models import Page

from .languages import best_first, marked_private, reader_url

_NUMBER = re.compile(r'\bid=\\?"(\d+)\\?"')


def _targets(ids: Iterable[str], request: HttpRequest | None = None) -> dict[str, str]:
    """Number of a page, as it stands in a text → its best address for the reader. One query.

    None for a page that this reader could not open: its address tells what it is about. Nobody knows of whom a text
    without a request is, so it leads to what everybody may open.
    """
    linked = Page.objects.filter(pk__in=ids)
    found = marked_private(Page.objects.live().filter(translation_key__in=linked.values("translation_key")))
    versions = [page for page in found if not page.is_private or may_open(page, request)]
    key_of = {str(page.pk): page.translation_key for page in versions}
    best = {page.translation_key: page for page in reversed(best_first(versions))}
    return {number: reader_url(best[key_of[number]]) for number in ids if number in key_of}


def may_open(page: Page, request: HttpRequest | None) -> bool:
    return request is not None and all(
        restriction.accept_request(request) for restriction in page.get_view_restrictions()
    )


class LinksOfPage:
    """All that the texts of a page link to, found together when the first of its paragraphs is drawn."""

    def __init__(self, page: Page, request: HttpRequest | None = None) -> None:
        self.request = request
        streams = [field for field in page._meta.get_fields() if isinstance(field, StreamField)]
        self.ids = {
            number
            for field in streams
            for number in _NUMBER.findall(
                json.dumps(field.get_prep_value(getattr(page, field.name)), default=str)
            )
        }

    @cached_property
    def targets(self) -> dict[str, str]:
        return _targets(self.ids, self.request)


_of_this_page: ContextVar[LinksOfPage | None] = ContextVar("links of the page that is drawn", default=None)


def draw_with_links_of(page: Page | None, request: HttpRequest | None = None) -> None:
    """What is drawn from here on is this page, for whoever asks: its paragraphs share one question. None: it is
    drawn."""
    _of_this_page.set(LinksOfPage(page, request) if page is not None else None)


def targets_of(ids: set[str]) -> dict[str, str]:
    """Number → address. For whatever is no text of the page that is drawn, a question of its own."""
    known = _of_this_page.get()
    return known.targets if known is not None and ids <= known.ids else _targets(ids)
