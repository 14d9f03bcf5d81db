"""One page, one address in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info

from .middleware import language_of


def locale() -> str:
    """By which Babel writes days, figures and names. English is written here as in Europe: 23 November 2026, 14:30."""
    language = get_language() or settings.LANGUAGE_CODE
    return "en_GB" if language == "en" else language


def language_name(code: str) -> str:
    """As the reader's language calls it within a sentence: "arabo", "Arabic"."""
    return str(Locale.parse(locale()).languages[code.partition("-")[0]])


@dataclass(frozen=True)
class LanguageLink:
    """`name` is the language's own; `url` is this page in it."""

    code: str
    name: str
    bidi: bool
    url: str
    is_current: bool


def language_links(request: HttpRequest, addresses: Mapping[str, str] | None = None) -> list[LanguageLink]:
    """This page in every language. `addresses` (code to path) is for pages whose path differs by more than the prefix:
    their view puts the list into its context as `language_links`."""
    links = []
    for code, _ in settings.LANGUAGES:
        info = get_language_info(code)
        url = (addresses or {}).get(code) or in_language(request.get_full_path(), code)
        links.append(
            LanguageLink(
                code, info["name_local"].capitalize(), info["bidi"], url, is_current=code == get_language()
            )
        )
    return links


def in_language(path: str, code: str) -> str:
    """The same path under another language's prefix; the default language carries none."""
    language = language_of(path)
    if language != settings.LANGUAGE_CODE:
        path = path.removeprefix(f"/{language}") or "/"
    return path if code == settings.LANGUAGE_CODE else f"/{code}{path}"
