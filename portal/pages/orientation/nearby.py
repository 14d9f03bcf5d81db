"""Who helps near here with what somebody said: local resources for their life situations, and by what they need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from portal.pages.directory.fields import having
from portal.pages.directory.models import ResourcePage
from portal.pages.directory.words import ICONS, Need
from portal.pages.languages import best_first, for_everybody
from portal.pages.traits import card
from portal.pages.ways import directory_address

from .engine import Situation

MOST = 4
MOST_NEEDS = 3
# What an answer says that somebody may look for.
BY_HOME = {"none": Need.HOME, "shared": Need.HOME, "guest": Need.HOME}
BY_WORK = {"looking": Need.WORK}


@dataclass(frozen=True)
class Nearby:
    """`resources` as cards; `needs` as {label, icon, url}, each a list of the directory; `url` of all of it, or ""."""

    url: str
    resources: list[dict[str, Any]]
    needs: list[dict[str, Any]]


def nearby(situation: Situation, need: str = "") -> Nearby:
    """Asks the database once, whatever was said. `need` is what goes with the life situation before anything else."""
    needed = list(_needs(situation))
    pages = _pages(situation, [*needed, *([need] if need in Need else [])])
    facts = {page.translation_key: page for page in pages if page.is_first}
    shown = {page.translation_key: page for page in reversed(best_first(pages))}
    usual = Counter(need for page in facts.values() if page.is_meant for need in page.needs)
    first, *others = [*([need] if need in Need else []), *(code for code, _count in usual.most_common())] or [
        ""
    ]
    named = [code for code in dict.fromkeys([first, *needed, *others]) if code]

    def fits(page: ResourcePage) -> tuple[int, bool, int, int]:
        is_first = first in page.needs
        return page.is_meant + is_first, is_first, len(set(page.needs).intersection(needed)), -page.pk

    best = sorted(facts.values(), key=fits, reverse=True)[:MOST]
    url = directory_address()
    return Nearby(
        url=url,
        resources=[card(shown[page.translation_key]) for page in best],
        needs=[
            {"label": Need(need).label, "icon": ICONS[need], "url": f"{url}?need={need}"}
            for need in named[:MOST_NEEDS]
        ],
    )


def _pages(situation: Situation, needed: Iterable[str]) -> list[ResourcePage]:
    """In every language. `is_meant`: for a life situation that was named."""
    wanted = Q(situations__translation_key__in=situation.about)
    for need in needed:
        wanted |= having("needs", need)
    keys = ResourcePage.objects.listed().filter(wanted).values("translation_key")
    links = ResourcePage.situations.through.objects
    meant = links.filter(resourcepage=OuterRef("pk"), sectionpage__translation_key__in=situation.about)
    found = for_everybody(ResourcePage.objects.live().filter(translation_key__in=keys))
    return list(
        found.annotate(is_meant=Exists(meant))
        .select_related("locale")
        .defer("body", "who", "how", "documents")
        .order_by("pk")
    )


def _needs(situation: Situation) -> Iterator[str]:
    if need := BY_HOME.get(situation.home):
        yield need
    if need := BY_WORK.get(situation.work):
        yield need
    if situation.minors:
        yield Need.CHILDREN
