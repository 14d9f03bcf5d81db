"""The pages that every page links to, remembered for a while: sections in the menu, information in the footer."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, Site

from portal.ui.whole_pages import generation

from .languages import below, versions
from .models import InfoPage, card

REMEMBERED = 60  # seconds, at most: whatever purges the pages that are kept whole forgets the menus as well


def _key(site: Site, language: str) -> str:
    return f"portal.menus.{generation()}.{site.pk}.{language}"


def _menus(request: HttpRequest) -> dict[str, list[dict]]:
    site = Site.find_for_request(request)
    if site is None:
        return {"menu_pages": [], "footer_pages": []}
    key = _key(site, get_language())
    menus = cache.get(key)
    if menus is None:
        trees = versions(site.root_page)
        in_menu = below(trees, Page.objects.in_menu()).specific()
        in_footer = below(trees, InfoPage.objects)
        menus = {
            "menu_pages": [card(page) for page in in_menu],
            "footer_pages": [card(page) for page in in_footer],
        }
        cache.set(key, menus, REMEMBERED)
    return menus


def menus(request: HttpRequest) -> dict[str, SimpleLazyObject]:
    """Context processor: `menu_pages` and `footer_pages`, lists of {title, summary, url}."""
    found = SimpleLazyObject(lambda: _menus(request))
    return {name: SimpleLazyObject(lambda name=name: found[name]) for name in ("menu_pages", "footer_pages")}
