"""Asking somebody to come: for whoever runs a shift that lacks people."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from community.keys import is_key
from community.mutual_aid.menus import aid_crumbs
from community.mutual_aid.presence import MOST_NAMES
from portal.access import limited
from portal.ui.words import isolated

from .models import Shift
from .workflow import NotNow, ShiftError

ASKED_AN_HOUR = "30/h"


@never_cache
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    shift = Shift.objects.with_plans().filter(pk=pk).first()
    if shift is None or not request.user.has_perm("community.run_shifts", shift):
        raise Http404
    if request.method != "POST":
        return _show(request, shift)
    try:
        person = _ask(request, shift)
    except ShiftError as refusal:
        return _show(request, shift, refusal=refusal)
    messages.success(request, _("Asked: %(person)s.") % {"person": isolated(str(person))})
    return redirect("community:shift_ask", pk)


def _ask(request: HttpRequest, shift: Shift):
    number = request.POST.get("person", "")
    # Whoever has signed up since the list was drawn is found all the same, and cannot be asked.
    known = shift.may_have_come(by=request.user)
    person = known.filter(pk=number).first() if is_key(number) else None
    if person is None:
        raise Http404
    if limited(request, "community.shift_asks", ASKED_AN_HOUR):
        raise NotNow(_("You have asked very many people. Wait an hour, then go on."))
    shift.ask(person, by=request.user)
    return person


def _show(request: HttpRequest, shift: Shift, *, refusal: ShiftError | None = None) -> HttpResponse:
    asked = shift.asked()
    people = list(shift.could_come(by=request.user)[:MOST_NAMES]) if shift.takes_people else []
    for person in people:
        person.is_asked = person.pk in asked
    crumbs = aid_crumbs(
        {"title": _("Shifts"), "url": reverse("community:shifts")},
        {"title": shift.plan.name, "url": shift.get_absolute_url()},
    )
    context = {"crumbs": crumbs, "shift": shift, "people": people, "refusal": refusal}
    return render(request, "community/shifts/ask.html", context, status=409 if refusal else 200)
