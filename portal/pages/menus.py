"""What every page says of the site, remembered for a while: in the menu what most people come for, the life situations
and further pages; at the foot what the law wants found everywhere, pages and the agency itself."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, Site

from portal.ui.whole_pages import generation

from .directory.models import DirectoryPage
from .languages import below, versions
from .models import AccessibilityPage, FaqPage, InfoPage, LegalPage, SectionPage, card
from .site.models import AgencyDetails
from .ways import ways

REMEMBERED = 60  # seconds, at most: whatever purges the pages that are kept whole forgets the menus as well


AT_THE_FOOT = (InfoPage, FaqPage, AccessibilityPage, LegalPage)
NAMES = ("main_ways", "situations", "menu_pages", "footer_pages", "agency")


def _menus(request: HttpRequest) -> dict[str, Any]:
    # By the host and not by its site, so that a page that finds its menus does not ask which site it is.
    key = f"portal.menus.{generation()}.{request.get_host()}.{get_language()}"
    menus = cache.get(key)
    if menus is None:
        site = Site.find_for_request(request)
        if site is None:
            return dict.fromkeys(NAMES[:-1], []) | {"agency": None}
        trees = versions(site.root_page)
        in_menu = list(below(trees, Page.objects.in_menu().not_type(DirectoryPage)).specific())
        in_footer = below(trees, Page.objects.type(*AT_THE_FOOT))
        menus = {
            "main_ways": ways(),
            "situations": [card(page) for page in in_menu if isinstance(page, SectionPage)],
            "menu_pages": [card(page) for page in in_menu if not isinstance(page, SectionPage)],
            "footer_pages": [card(page) for page in in_footer],
            "agency": AgencyDetails.objects.filter(site=site).first(),
        }
        cache.set(key, menus, REMEMBERED)
    return menus


def menus(request: HttpRequest) -> dict[str, SimpleLazyObject]:
    """Context processor: `main_ways`; `situations`, `menu_pages` and `footer_pages`, lists of {title, summary, url};
    `agency`, or None."""
    found = SimpleLazyObject(lambda: _menus(request))
    return {name: SimpleLazyObject(lambda name=name: found[name]) for name in NAMES}
