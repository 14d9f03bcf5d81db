"""What stands on the landing page of a life situation: its own children, and pages of all kinds that name it.

A kind joins by having a many-to-many field `situations` (`SituatedMixin`); nothing here knows the kinds. It may say
`situation_order` (a number, where its group stands), `situation_heading`, and `situation_by` (columns of its own).
Where its queryset has `listable()` (what leaves lists by itself, what has days), only that is shown. One query for all.
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
    trees = section.versions
    if above:  # asked for together with the section's, where it is being served
        trees = above[0].__dict__.get("versions") or versions(above[0])
    own = Q()
    for version in section.versions:
        own |= Page.objects.child_of_q(version)
    by_type = {ContentType.objects.get_for_model(kind).pk: kind for kind in kinds()}
    named, with_days, order = Q(pk__in=[]), [], []
    for number, kind in by_type.items():
        pages = kind.objects.filter(translation_key__in=_naming(kind, section)).order_by()
        if hasattr(pages, "listable"):
            with_days.append(kind)
            named |= Q(pk__in=pages.listable().values("pk"))
            # Of other kinds these columns are empty, and say nothing about their order.
            order += [_column(kind, field) for field in getattr(kind, "situation_by", ())]
        else:
            named |= Q(content_type=number, translation_key__in=_naming(kind, section))
    found = below(trees, Page.objects.filter(named).exclude(own), deep=True)
    place = Window(RowNumber(), partition_by=F("content_type"), order_by=[*order, *found.query.order_by])
    found = found.select_related("locale", *(kind._meta.model_name for kind in with_days))
    found = found.annotate(place_in_kind=place).filter(place_in_kind__lte=MOST).order_by("place_in_kind")
    groups: dict[type[Page], list[Page]] = defaultdict(list)
    for page in found:
        kind = by_type[page.content_type_id]
        shown = getattr(page, kind._meta.model_name) if kind in with_days else page
        shown.locale = page.locale
        groups[kind].append(shown)
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


def _column(kind: type[Page], field: str) -> str:
    """A kind's own column, asked of the table that all pages share."""
    sign = "-" if field.startswith("-") else ""
    return f"{sign}{kind._meta.model_name}__{field.removeprefix('-')}"


def _order(kind: type[Page]) -> int:
    return getattr(kind, "situation_order", 100)


def _heading(kind: type[Page]) -> Any:
    return getattr(kind, "situation_heading", kind._meta.verbose_name_plural)
