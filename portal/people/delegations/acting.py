"""For whom somebody acts: begun and stopped by hand, kept in the session, asked of the database at every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.access.acting import ACTING

from .models import Delegation

# What somebody whose grant has ended still gets: the way out, the word that it has, and what is theirs alone and their
# open pages ask for by themselves.
_OPEN_AFTERWARDS = {
    "portal:acting",
    "portal:acting_stop",
    "portal:notifications_count",
    "account_logout",
    "demo_sign_in",
    "healthz",
}


class ActingMiddleware:
    """Puts the open grant on the request, as `request.acting`, or None.

    Where the grant does not hold any more, every page is refused until the person has said that they go on for
    themselves: what they were about to do for somebody else must not be done in their own name by mistake.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting = request.acting_ended = None
        # Without the cookie there is no session to look into, and the answer stays the same for everybody.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and (number := request.session.get(ACTING)):
            self._look(request, number)
        return self.get_response(request)

    @staticmethod
    def _look(request: HttpRequest, number: int) -> None:
        held = Delegation.objects.filter(pk=number, delegate=request.user.pk)
        request.acting = held.open().first()
        if request.acting is None:
            request.acting_ended = held.first() or Delegation()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.acting_ended is None or request.resolver_match.view_name in _OPEN_AFTERWARDS:
            return None
        return refused(request)


@never_cache
def refused(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portal/people/acting_ended.html",
        {"delegation": request.acting_ended, "emergency_number": settings.PORTAL_EMERGENCY_NUMBER},
        status=403,
    )


def start_acting(request: HttpRequest, delegation: Delegation) -> bool:
    """From here on the person acts for the principal. False where the grant does not hold."""
    if not Delegation.objects.open().filter(pk=delegation.pk, delegate=request.user).exists():
        return False
    request.session[ACTING] = delegation.pk
    return True


@never_cache
@login_required
@require_safe
def acting(request: HttpRequest) -> HttpResponse:
    """The band alone: an open page asks for it when a grant of the person has changed, or has been used.

    `here` is the grant that the page was drawn under. Of the page that asks this view knows nothing else, and would say
    of somebody else's that it is one's own.
    """
    drawn_under = request.GET.get("here", "")
    if request.acting is not None and drawn_under == str(request.acting.pk):
        request.acting_here = request.acting
    return render(request, "portal/people/acting_band.html", {"drawn_under": drawn_under})


@never_cache
@login_required
@require_POST
def acting_stop(request: HttpRequest) -> HttpResponse:
    request.session.pop(ACTING, None)
    return redirect("portal:delegations")
