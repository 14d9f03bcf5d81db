from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from community.mediation.pages.load import mediators_with_load
from community.mediation.pages.shared import confidential, crumbs, prove_first

from .agenda import agenda_of
from .menus import count_waiting_anew


@confidential
def day(request: HttpRequest) -> HttpResponse:
    """For a mediator the cases by what is to be done next; for whoever coordinates, how much each mediator has."""
    user = request.user
    coordinates = user.has_role("community.mediation_coordinator")
    groups = agenda_of(user)
    mediates = bool(groups) or user.has_role("community.mediator")
    if not (mediates or coordinates):
        raise Http404
    prove_first(request)
    count_waiting_anew(user)
    context = {
        "crumbs": crumbs(),
        "groups": groups,
        "mediates": mediates,
        "coordinates": coordinates,
        "load": _load() if coordinates else [],
    }
    return render(request, "community/mediation/day/day.html", context)


def _load() -> list[tuple[str, int]]:
    """Who has most stands first."""
    people = sorted(mediators_with_load(), key=lambda person: -person.open_cases)
    return [(str(person), person.open_cases) for person in people]
