from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from wagtail.models import Page

from portal.extensions import SearchHit
from portal.extensions.words import wanted, words_of

from .languages import best_first, reader_url


def find_pages(user: Any, query: str, limit: int) -> list[SearchHit]:
    """Public pages that have the words of the query in any language, each shown in the reader's where it can be.

    Somebody who reads English and only knows the Italian word on the letter finds the English guide.
    """
    words = wanted(query)
    if not words:
        return []
    pages = Page.objects.live().public().filter(depth__gt=1)
    # All of the words, or else, as in a whole sentence, as many as there are.
    found = list(pages.autocomplete(" ".join(words), operator="and")[: 2 * limit])
    if not found and len(words) > 1:
        found = list(pages.autocomplete(" ".join(words), operator="or")[: 2 * limit])
    found.sort(key=lambda page: -len(set(words) & set(words_of(page.title))))
    keys = list(dict.fromkeys(page.translation_key for page in found))[:limit]
    versions = pages.filter(translation_key__in=keys).select_related("locale") if keys else []
    shown = {page.translation_key: page for page in reversed(best_first(versions))}
    return [_hit(shown[key]) for key in keys]


def _hit(page: Page) -> SearchHit:
    language = page.locale.language_code
    return SearchHit(
        title=page.title,
        url=reader_url(page),
        summary=page.search_description,
        icon="book-open",
        language="" if language == get_language() else language,
    )
