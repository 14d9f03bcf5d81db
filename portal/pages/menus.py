"""The pages that every page links to, remembered for a while: sections in the menu, information in the footer."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from .languages import below, versions
from .models import AccessibilityPage, FaqPage, InfoPage, LegalPage, card

# Seconds, at most: publishing forgets at once in the same process. What is made private keeps its title here so long,
# and is shut at once.
REMEMBERED = 60


IN_FOOTER = (InfoPage, FaqPage, AccessibilityPage, LegalPage)


def _key(site: Site, language: str) -> str:
    return f"portal.menus.{site.pk}.{language}"


def _menus(request: HttpRequest) -> dict[str, list[dict]]:
    site = Site.find_for_request(request)
    if site is None:
        return {"menu_pages": [], "footer_pages": []}
    key = _key(site, get_language())
    menus = cache.get(key)
    if menus is None:
        trees = versions(site.root_page)
        in_menu = below(trees, Page.objects.in_menu()).specific()
        in_footer = below(trees, Page.objects.type(*IN_FOOTER))
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


def forget(**kwargs) -> None:
    for site in Site.objects.all():
        cache.delete_many([_key(site, code) for code, _name in settings.LANGUAGES])


for signal in (page_published, page_unpublished, post_page_move):
    signal.connect(forget, dispatch_uid="portal.pages.menus")
