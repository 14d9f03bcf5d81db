"""Looking for somebody by name."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Prefetch, QuerySet

FOUND_AT_ONCE = 20  # people


def named(people: QuerySet, name: str) -> tuple[list[Any], bool]:
    """Those of them who have that name, and whether there are more than are shown: then one writes more of it.
    With their households, by which portal/people/who.html tells namesakes apart."""
    living = apps.get_model("portal", "HouseholdMember").objects.current().select_related("household")
    people = people.prefetch_related(Prefetch("household_memberships", living, to_attr="lives_in"))
    found = list(people.named_like(name).order_by("display_name", "pk")[: FOUND_AT_ONCE + 1])
    return found[:FOUND_AT_ONCE], len(found) > FOUND_AT_ONCE
