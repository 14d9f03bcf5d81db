"""What whoever agrees to sensitive help has to know of the two: facts, and no ranking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Q

from .models import Exchange
from .words import State


@dataclass(frozen=True, kw_only=True)
class Known:
    """`memberships` are of today, each says whether a coordinator vouches and the agency has checked; `held` counts the
    exchanges that both sides have confirmed."""

    person: Any
    is_giver: bool
    memberships: list[Any]
    held: int


def what_is_known(exchange: Exchange) -> list[Known]:
    """Of whoever gives first; empty where nobody has to agree to it. Two queries."""
    if exchange.state != State.TO_APPROVE:
        return []
    people = [person for person in (exchange.giver, exchange.receiver) if person is not None]
    memberships = apps.get_model("portal", "OrganizationMember").objects.filter(until=None, person__in=people)
    in_organizations = list(memberships.select_related("organization").order_by("since", "pk"))
    counts = {
        f"of_{person.pk}": Count("pk", filter=Q(giver=person) | Q(receiver=person)) for person in people
    }
    held = Exchange.objects.confirmed().aggregate(**counts)
    return [
        Known(
            person=person,
            is_giver=person == exchange.giver,
            memberships=[member for member in in_organizations if member.person_id == person.pk],
            held=held[f"of_{person.pk}"],
        )
        for person in people
    ]
