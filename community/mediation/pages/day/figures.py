"""The figures of mediation, by quarter, for those who answer for it and those who check the agency."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.mediation.indicators import figures_of
from community.mediation.pages.shared import confidential
from community.mediation.words import Outcome
from community.mutual_aid.periods import quarters

QUARTERS = 8


@confidential
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("community.view_mediation_figures"):
        raise Http404
    told = [one for one in figures_of(quarters(QUARTERS)) if one.tells_something]
    shown = [
        {"figures": one, "ended": [(outcome.label, one.ended[outcome]) for outcome in Outcome]}
        for one in reversed(told)
    ]
    return render(request, "community/mediation/day/figures.html", {"quarters": shown})
