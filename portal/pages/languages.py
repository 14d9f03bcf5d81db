"""One content, several languages: where each is, and how a reader reaches it without leaving their own menus."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Page

from portal.ui.languages import in_language


def reader_url(page: Page) -> str:
    """The page's address under the reader's language: a page of another language keeps the reader's menus."""
    return in_language(page.url or "/", get_language())


def addresses(page: Page) -> dict[str, str]:
    """Where this content is in every language: its translation where there is one, else itself, shown with a notice."""
    translations = {
        other.locale.language_code: other for other in page.get_translations().live().select_related("locale")
    }
    return {
        code: in_language((translations.get(code) or page).url or "/", code)
        for code, _name in settings.LANGUAGES
    }
