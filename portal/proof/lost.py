"""The page where an administrator helps somebody who has lost what they prove themselves by."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import ask_to_step_up
from portal.people.models import User

from .changes import take_factors
from .means import Means, proof_holds


@never_cache
@login_required
def factors_of(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody has, and all of it taken away at one word."""
    if not request.user.has_perm("portal.take_factors"):
        raise Http404
    person = get_object_or_404(User, pk=pk)
    if not request.user.has_perm("portal.take_factors", person):
        raise Http404
    if not proof_holds(request, Means.of(request.user)):
        return ask_to_step_up(request)
    if request.method == "POST":
        try:
            taken = take_factors(person, by=request.user)
        except PermissionDenied:
            # The right was there when the page was asked for.
            raise Http404 from None
        if taken:
            messages.success(
                request, _("Done. %(name)s is signed out everywhere, and is told.") % {"name": person}
            )
        else:
            messages.info(request, _("There was nothing to take away."))
        # Not to their entry in the register: that would ask why it is opened, and nothing is left to do there.
        return redirect(f"{request.path}?done" if taken else request.path)
    context = {"person": person, "means": Means.of(person), "is_done": "done" in request.GET}
    return render(request, "portal/proof/factors_of.html", context)
