"""One content, several languages: which page a reader sees when theirs is missing, and where the others are."""

from __future__ import annotations

from django.conf import settings
from django.urls import translate_url
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page


def reader_url(page: Page) -> str:
    """The page's address under the reader's language: a page of another language keeps the reader's menus."""
    return translate_url(page.url or "/", get_language())


def language_links(page: Page) -> list[dict]:
    """This content in every language of the portal: its translation where there is one, else itself with a notice."""
    codes = {page.locale.language_code: page}
    for translation in page.get_translations().live().select_related("locale"):
        codes[translation.locale.language_code] = translation
    return [
        {
            **get_language_info(code),
            "code": code,
            "url": translate_url((codes.get(code) or page).url or "/", code),
            "is_current": code == get_language(),
            "is_translated": code in codes,
        }
        for code, _name in settings.LANGUAGES
    ]
