from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache

from portal.extensions import DashboardCard, declared


def cards(request: HttpRequest, place: str) -> list[SafeString]:
    """The cards that concern this person, rendered, in their order."""
    rendered = []
    for card in declared(DashboardCard):
        if card.place == place and (context := card.context(request)) is not None:
            rendered.append(render_to_string(card.template, {**context, "card": card}, request=request))
    return rendered


@never_cache
@login_required
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
