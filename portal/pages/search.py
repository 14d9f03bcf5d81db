from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from wagtail.models import Locale, Page

from portal.extensions import SearchHit

from .languages import reader_url


def find_pages(user: Any, query: str, limit: int) -> list[SearchHit]:
    """Public pages in the reader's language; where it has no pages yet, in the portal's own."""
    locale = Locale.objects.filter(language_code=get_language()).first()
    if locale is None or not Page.objects.filter(locale=locale, depth__gt=1).exists():
        locale = Locale.get_default()
    pages = Page.objects.live().public().filter(locale=locale, depth__gt=1).search(query)[:limit]
    return [
        SearchHit(title=page.title, url=reader_url(page), summary=page.search_description, icon="book-open")
        for page in pages
    ]
