"""What there is to orient towards: published pages as plain offers, each once, in the best language for the reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from wagtail.models import Page, PageQuerySet

from portal.pages.languages import best_first, for_everybody
from portal.pages.models import (
    AnswerPage,
    AnswerThreshold,
    CallPage,
    CallThreshold,
    GuidePage,
    SectionPage,
)
from portal.pages.thresholds import Threshold
from portal.pages.traits import card

from .engine import Levels, Limit, Offer

MOST_GUIDES = 12


@dataclass(frozen=True)
class Sections:
    """The life situations that somebody may name, by the key that their translations share."""

    versions: list[SectionPage]
    names: dict[str, str]

    def slugs(self, about: Collection[str]) -> list[str]:
        """What the pages of those life situations are called in addresses, in the language that is written first."""
        return [
            page.slug
            for page in self.versions
            if str(page.translation_key) in about and page.locale.language_code == settings.LANGUAGE_CODE
        ]

    @classmethod
    def published(cls) -> Sections:
        found = list(_public(SectionPage.objects.in_menu()))
        return cls(found, {str(page.translation_key): page.title for page in _once(found)})


def gathered(sections: Sections, about: Collection[str]) -> tuple[list[Offer], dict[str, dict[str, Any]]]:
    """The offers, and for the key of each what a list shows of its page."""
    offers: list[Offer] = []
    cards: dict[str, dict[str, Any]] = {}
    for kind, pages, thresholds in (
        ("answer", AnswerPage.objects.all(), AnswerThreshold),
        ("call", CallPage.objects.open_now(), CallThreshold),
    ):
        once = _once(_public(pages))
        limits, situations = _limits(thresholds, once), _situations(pages.model, once)
        for page in once:
            offers.append(_offer(kind, page, limits[page.pk], situations[page.pk]))
            cards[offers[-1].key] = _card(kind, page)
    for page, situations_of_page in _guides(sections, about):
        offers.append(_offer("guide", page, (), situations_of_page))
        cards[offers[-1].key] = _card("guide", page)
    return offers, cards


def titles(keys: Collection[str]) -> dict[str, str]:
    """The titles of published pages by key, in the best language for the reader."""
    found = for_everybody(Page.objects.live().filter(translation_key__in=keys)).select_related("locale")
    return {str(page.translation_key): page.title for page in _once(found)}


def _public(pages: PageQuerySet) -> PageQuerySet:
    return for_everybody(pages.live()).select_related("locale").order_by("path")


def _once(pages: Iterable[Page]) -> list[Page]:
    seen: dict[Any, Page] = {}
    for page in best_first(pages):
        seen.setdefault(page.translation_key, page)
    return list(seen.values())


def _card(kind: str, page: Page) -> dict[str, Any]:
    shown = card(page) | {"kind": kind}
    if kind == "call":
        shown |= {
            "closes_on": page.closes_on,
            "closes_at": page.closes_at,
            "days_left": page.days_left,
            "amount": page.amount,
        }
    return shown


def _offer(kind: str, page: Page, limits: Iterable[Limit], situations: Iterable[str]) -> Offer:
    on_matrix = kind == "answer"
    return Offer(
        kind=kind,
        key=str(page.translation_key),
        resources=Levels(page.resources_from, page.resources_to) if on_matrix else None,
        potential=Levels(page.potential_from, page.potential_to) if on_matrix else None,
        limits=tuple(limits),
        situations=frozenset(situations),
        closes_on=page.closes_on if kind == "call" else None,
    )


def _limits(rows: type[Threshold], pages: list[Page]) -> dict[int, list[Limit]]:
    found: dict[int, list[Limit]] = defaultdict(list)
    for row in rows.objects.filter(page__in=[page.pk for page in pages]).order_by("sort_order", "pk"):
        found[row.page_id].append(Limit(row.what, row.value, row.year, row.source, row.area))
    return found


def _situations(kind: type[Page], pages: list[Page]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = kind.objects.filter(pk__in=[page.pk for page in pages], situations__isnull=False)
    for pk, key in rows.values_list("pk", "situations__translation_key"):
        found[pk].append(str(key))
    return found


def _guides(sections: Sections, about: Collection[str]) -> list[tuple[Page, set[str]]]:
    """The guides of the life situations that were named, in whichever language each stands."""
    named = {page.path: str(page.translation_key) for page in sections.versions}
    mine = [page for page in sections.versions if str(page.translation_key) in about]
    if not mine:
        return []
    wanted = Q(situations__translation_key__in={page.translation_key for page in mine})
    for section in mine:
        wanted |= Page.objects.child_of_q(section)
    guides = _once(_public(GuidePage.objects.filter(wanted).distinct()))[:MOST_GUIDES]
    listed = _situations(GuidePage, guides)
    return [
        (page, {*listed[page.pk], *filter(None, [named.get(page.path[: -page.steplen])])}) for page in guides
    ]
