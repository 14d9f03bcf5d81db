"""Every public page for those who read by machine, in all the languages in which it truly is.

A page that is shown in another language with a notice has one address here: its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, Site

from portal.pages.languages import for_everybody, versions


@dataclass
class Content:
    """One content: its address by language, and when any of them last changed (UTC)."""

    addresses: dict[str, str] = field(default_factory=dict)
    changed: datetime | None = None


class PagesSitemap(Sitemap):
    i18n = True
    alternates = True
    x_default = True

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def items(self) -> list[Content]:
        found: dict[str, Content] = {}
        for page in public_pages(self.request):
            content = found.setdefault(page.translation_key, Content())
            content.addresses[page.locale.language_code] = page.get_url(self.request)
            content.changed = max(filter(None, (content.changed, page.last_published_at)), default=None)
        return list(found.values())

    def get_languages_for_item(self, item: Content) -> list[str]:
        return list(item.addresses)

    def location(self, item: Content) -> str:
        return item.addresses[get_language()]

    def lastmod(self, item: Content) -> datetime | None:
        return item.changed

    def get_latest_lastmod(self) -> None:
        """Said page by page; asking all of them again for one header is not worth it."""


def public_pages(request: HttpRequest) -> list[Page]:
    """All that anybody may read on this site, in every language, as they stand in the tree."""
    site = Site.find_for_request(request)
    if site is None:
        return []
    homes = versions(site.root_page)
    pages = Page.objects.none()
    for home in homes:
        pages |= Page.objects.descendant_of(home, inclusive=True)
    return list(for_everybody(pages.live()).select_related("locale").order_by("path"))
