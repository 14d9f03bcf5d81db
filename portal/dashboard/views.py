from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

from portal.extensions import DashboardCard, declared
from portal.ui.offline import kept_offline, marked
from portal.ui.parts import part


def cards(request: HttpRequest, place: str) -> list[str]:
    """The cards that concern this person, rendered, in their order. One that fails says so in its place."""

    def rendered(card: DashboardCard) -> str:
        context = card.context(request)
        if context is None:
            return ""
        html = render_to_string(card.template, {**context, "card": card}, request=request)
        return marked(html) if card.offline else html

    def missing() -> str:
        return render_to_string("portal/components/missing.html")

    made = [
        part(request, card, lambda card=card: rendered(card), missing)
        for card in declared(DashboardCard)
        if card.place == place
    ]
    return [card for card in made if card]


@never_cache
@login_required
@kept_offline
def casa(request: HttpRequest) -> HttpResponse:
    """My home: what concerns me today, each card from the app that knows."""
    return render(request, "portal/dashboard/casa.html", {"cards": cards(request, "home")})


@never_cache
@login_required
def day(request: HttpRequest) -> HttpResponse:
    """My day: what waits for somebody who works for the agency."""
    if not request.user.has_perm("portal.view_day"):
        raise Http404
    return render(request, "portal/dashboard/day.html", {"cards": cards(request, "day")})
