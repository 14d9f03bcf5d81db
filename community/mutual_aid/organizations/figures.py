"""The agency's figures of mutual aid, by quarter and municipality: a page, and a table to take along."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.mutual_aid.exchanges.indicators import MINUTES_ROUNDED, figures_of
from community.mutual_aid.periods import quarters
from portal.ui.spreadsheets import csv_answer

from .words import TOO_FEW

QUARTERS = 8


@never_cache
@login_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    _must_read(request)
    told = figures_of(quarters(QUARTERS))
    shown = next((one for one in told.periods if one.code == request.GET.get("quarter")), told.periods[-1])
    together = told.together.get(shown)
    in_cells = sum(cell.people for (period, _town), cell in told.cells.items() if period == shown)
    sees_organizations = request.user.has_perm("community.view_organization_hours", None)
    context = {
        "quarter": shown,
        "quarters": [
            {"label": str(one), "url": f"?quarter={one.code}", "is_current": one == shown}
            for one in reversed(told.together)
        ],
        "rows": [(town, told.cells.get((shown, town))) for town in told.municipalities],
        "together": together,
        "counts_once": together is not None and together.people < in_cells,
        "people": [(str(one), cell.people) for one, cell in told.together.items()],
        "exchanges": [(str(one), cell.exchanges) for one, cell in told.together.items()],
        "minutes": [(str(one), cell.minutes) for one, cell in told.together.items()],
        "rounding": MINUTES_ROUNDED,
        "organizations": apps.get_model("portal", "Organization").objects.order_by("name")
        if sees_organizations
        else [],
    }
    return render(request, "community/organizations/figures.html", context)


@never_cache
@login_required
@require_safe
def figures_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What the page shows, of all quarters: no sum stands in it that the page does not show."""
    _must_read(request)
    told = figures_of(quarters(QUARTERS))
    heads = (
        _("Quarter that begins on"),
        _("Municipality"),
        _("People"),
        _("Exchanges"),
        _("Hours, in minutes"),
        _("Remark"),
    )

    def row(period, town) -> tuple:
        cell = told.cells.get((period, town))
        counted = (cell.people, cell.exchanges, cell.minutes, "") if cell else ("", "", "", TOO_FEW)
        return (period.first.isoformat(), str(town), *counted)

    rows = (row(period, town) for period in told.periods for town in told.municipalities)
    return csv_answer(heads, rows, pgettext("a file", "figures-of-mutual-aid"))


def _must_read(request: HttpRequest) -> None:
    if not request.user.has_perm("community.view_figures"):
        raise Http404
