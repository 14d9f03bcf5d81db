from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.sitemaps.views import sitemap as sitemap_of
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from portal.pages.languages import best_first
from portal.pages.traits import card
from portal.ui.whole_pages import kept_whole

from .sitemap import PagesSitemap, public_pages

AN_HOUR = 3600  # seconds
# Doors that nobody finds by a search engine; what lies behind them asks to sign in.
NOT_FOR_ROBOTS = ("wagtailadmin_home", "account_login", "portal:casa", "portal:search")


@require_safe
@cache_control(public=True, max_age=AN_HOUR)
def sitemap(request: HttpRequest) -> HttpResponse:
    return sitemap_of(request, {"pages": PagesSitemap(request)})


@require_safe
@cache_control(public=True, max_age=AN_HOUR)
def robots(request: HttpRequest) -> HttpResponse:
    """A demo asks robots to stay away: its agency does not exist."""
    if settings.PORTAL_DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _closed_to_robots())]
        lines.append(f"Sitemap: {request.build_absolute_uri(reverse('portal_sitemap'))}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _closed_to_robots() -> list[str]:
    """Each door under each language's prefix; what has none is there once."""
    found: dict[str, None] = {}
    for name in NOT_FOR_ROBOTS:
        for code, _label in settings.LANGUAGES:
            with override(code):
                found[reverse(name)] = None
    return list(found)


@dataclass
class Branch:
    """A page on the map, with those below it."""

    page: dict[str, Any]
    below: list[Branch] = field(default_factory=list)


@kept_whole
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Every page for people: each once, in the reader's best language, where it stands."""
    return render(request, "portal/pages/site/map.html", {"branches": branches(public_pages(request))})


def branches(pages: list[Page]) -> list[Branch]:
    """The tree below the home pages. What only some languages have stands with what all have."""
    key_at = {page.path: page.translation_key for page in pages}
    versions: defaultdict[Any, list[Page]] = defaultdict(list)
    for page in pages:
        versions[page.translation_key].append(page)
    above: dict[Any, Any] = {}
    for page in pages:
        above.setdefault(page.translation_key, key_at.get(page.path[: -Page.steplen]))
    found = {key: Branch(card(best_first(same)[0])) for key, same in versions.items()}
    roots = [key for key, parent in above.items() if parent is None]
    for key, parent in above.items():
        if parent is not None:
            found[parent].below.append(found[key])
    return [branch for key in roots for branch in found[key].below]
