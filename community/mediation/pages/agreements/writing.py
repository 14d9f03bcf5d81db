"""How the mediators write a version: points that stay what they are from one version to the next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from community.mediation.agreements import Version
from community.mediation.pages.shared import case_or_missing, confidential, prove_first
from community.mediation.words import State
from community.mediation.workflow import NotPossible, Overtaken

from .forms import AgreementForm, as_typed, initial_of, keys_in, new_key, rearranged
from .table import Table


@confidential
def write(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new version in the place of the newest. Buttons that add, move and take away points keep all that was typed."""
    table = Table(case_or_missing(request, key), request.user)
    if not table.is_mediator:
        raise Http404
    prove_first(request)
    newest, _before = table.newest()
    if request.method == "POST":
        return _sent(request, table, newest)
    if table.case.state not in (State.MEDIATING, State.AGREEMENT):
        return redirect(table.case)
    points = newest.points if newest else []
    initial = {"instead_of": newest.number if newest else 0, **initial_of(points, table.people)}
    keys = [point.id for point in points] or [new_key()]
    return _page(request, table, _form(table, newest, initial=initial, keys=keys))


def _sent(request: HttpRequest, table: Table, newest: Version | None) -> HttpResponse:
    keys, do = keys_in(request.POST), request.POST.get("do", "table")
    if do != "table":
        keys = rearranged(keys, do) or [new_key()]
        return _page(request, table, _form(table, newest, initial=as_typed(request.POST), keys=keys))
    form = _form(table, newest, request.POST, keys=keys or [new_key()])
    if not form.is_valid():
        return _page(request, table, form, status=422)
    seen = form.cleaned_data["instead_of"]
    try:
        version = Version.table(table.case, by=request.user, points=form.points(), instead_of=seen)
    except Overtaken as overtaken:
        form.add_error(None, str(overtaken))
        newest, _before = table.newest()
        if newest is None:
            return _page(request, table, form, status=409)
        # What is new there, seen from what this mediator began with.
        began_with, _before = table.version(seen)
        form.stands_at(newest.number)
        theirs, _languages = table.read(newest, began_with)
        return _page(request, table, form, theirs=theirs, status=409)
    except NotPossible as error:
        form.add_error(None, str(error))
        return _page(request, table, form, status=409)
    if version.number == seen:
        messages.info(
            request,
            _("Nothing is another than before: version %(number)d stays on the table.") % {"number": seen},
        )
        return redirect(table.url)
    messages.success(
        request,
        _("Version %(number)d is on the table. The parties hear that there is something new.")
        % {"number": version.number},
    )
    return redirect(table.url)


def _form(table: Table, newest: Version | None, data: Any = None, **more: Any) -> AgreementForm:
    before = newest.points if newest else []
    return AgreementForm(data, languages=table.languages, people=table.people, before=before, **more)


def _page(
    request: HttpRequest, table: Table, form: AgreementForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"case": table.case, "table": table, "crumbs": table.crumbs(), "form": form, **more}
    return render(request, "community/mediation/agreements/write.html", context, status=status)
