"""How much each mediator has: for whoever finds one, and for whoever looks after them all."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q

from community.mediation.models import Mediator
from community.mediation.words import MEDIATES, OPEN, MediatorState
from portal.ui.languages import language_name


def mediators_with_load() -> list[Any]:
    """All who mediate, with `open_cases` and `offers`, how many each mediates now and is proposed for, and
    `language_read`. Two queries."""
    counted = {
        row["person"]: row
        for row in Mediator.objects.filter(case__state__in=OPEN)
        .order_by()
        .values("person")
        .annotate(
            open_cases=Count("pk", filter=Q(state=MediatorState.ASSIGNED)),
            offers=Count("pk", filter=Q(state=MediatorState.PROPOSED)),
        )
    }
    people = list(get_user_model().objects.with_role(MEDIATES).order_by("display_name", "pk"))
    for person in people:
        row = counted.get(person.pk, {})
        person.open_cases, person.offers = row.get("open_cases", 0), row.get("offers", 0)
        person.language_read = language_name(person.language)
    return people
