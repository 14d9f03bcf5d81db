"""Whose words stand in an exchange where more than the two write: its facts say who wrote which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from .models import Exchange

# By field the facts with which it is written; the last of them is by whoever wrote what stands there.
_WRITTEN_WITH = {
    "reason": ("disputed", "cancelled", "cancelled_late", "refused"),
    "answer": ("replied",),
    "thanks": ("thanked",),
    "decision": ("settled",),
}
_FIELDS = {f"community.exchange.{fact}": field for field, facts in _WRITTEN_WITH.items() for fact in facts}


def written_for_others(person: Any) -> Iterator[tuple[Exchange, dict[str, str]]]:
    """The exchanges of which somebody is neither of the two and in which their words stand, by field: they coordinate
    an organization that is one of the two, or decided as whoever answers for the area."""
    facts = apps.get_model("portal", "Event").objects.filter(kind__in=_FIELDS)
    numbers = facts.filter(actor=person).values_list("object_id", flat=True).distinct()
    exchanges = Exchange.objects.filter(pk__in=[int(number) for number in numbers])
    found = exchanges.exclude(giver=person).exclude(receiver=person).in_bulk()
    told = facts.filter(object_id__in=[str(pk) for pk in found]).order_by("pk")
    authors = {
        (int(number), _FIELDS[kind]): actor
        for number, kind, actor in told.values_list("object_id", "kind", "actor")
    }
    for pk, exchange in sorted(found.items()):
        fields = [field for field in _WRITTEN_WITH if authors.get((pk, field)) == person.pk]
        if words := {field: getattr(exchange, field) for field in fields if getattr(exchange, field)}:
            yield exchange, words


def stands_without_author(exchange: Exchange, field: str) -> bool:
    """Whether it was decided for the two, who may read why as long as they are there; other words go with their
    author."""
    return field == "decision" or (field == "reason" and not exchange.reason_side)
