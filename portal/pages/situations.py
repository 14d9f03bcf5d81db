"""What stands on the landing page of a life situation: its own children, and pages of all kinds that name it.

A kind joins by having a many-to-many field `situations` (`SituatedMixin`); nothing here knows the kinds. It may say
`situation_order` (a number, where its group stands) and `situation_heading`. Where its queryset has `listable()` and
`in_order()` (what leaves lists by itself, what has days), it is asked in a query of its own; all others share one.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from wagtail.models import Page, get_page_models

from .languages import below, versions
from .traits import entry

MOST = 6  # of a kind


def kinds() -> list[type[Page]]:
    """The page models that name life situations, in the order in which their groups stand."""
    found = [model for model in get_page_models() if hasattr(model, "situations")]
    return sorted(found, key=lambda model: (_order(model), model._meta.model_name))


def gathered(section: Page) -> list[dict[str, Any]]:
    """[{"heading", "children"}]: what names the section, in whichever language, a kind a group, `MOST` of each.

    What is a child of the section stands there already.
    """
    above = section.pages_above()
    trees = versions(above[0]) if above else section.versions
    own = Q()
    for version in section.versions:
        own |= Page.objects.child_of_q(version)
    groups: dict[type[Page], list[Page]] = defaultdict(list)
    shared = {}
    for kind in kinds():
        pages = kind.objects.all()
        if hasattr(pages, "listable"):
            named = pages.filter(translation_key__in=_naming(kind, section)).exclude(own).listable()
            groups[kind] = list(below(trees, named, deep=True).in_order()[:MOST])
        else:
            shared[ContentType.objects.get_for_model(kind).pk] = kind
    named = Q(pk__in=[])
    for kind in shared.values():
        named |= Q(translation_key__in=_naming(kind, section))
    found = below(trees, Page.objects.filter(named).exclude(own), deep=True)
    place = Window(RowNumber(), partition_by=F("content_type"), order_by=found.query.order_by)
    for page in found.annotate(place_in_kind=place).filter(place_in_kind__lte=MOST):
        if kind := shared.get(page.content_type_id):
            groups[kind].append(page)
    return [
        {"heading": _heading(kind), "children": [entry(page) for page in groups[kind]]}
        for kind in kinds()
        if groups[kind]
    ]


def _naming(kind: type[Page], section: Page) -> Any:
    pages = kind.objects.all()
    # What has left the lists (an entry of the directory that nobody has looked at) has left this one as well.
    shown = pages.listed() if hasattr(pages, "listed") else pages.live()
    naming = shown.filter(situations__translation_key=section.translation_key)
    return naming.order_by().values("translation_key")


def _order(kind: type[Page]) -> int:
    return getattr(kind, "situation_order", 100)


def _heading(kind: type[Page]) -> Any:
    return getattr(kind, "situation_heading", kind._meta.verbose_name_plural)
