"""A fresh sign-in before what must not fall to whoever holds the phone: money, mediation, how one signs in."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from .sent import sent_in

STEP_UP_UNTIL = "portal_step_up_until"  # seconds since the epoch, in the session
STEP_UP_BY = (
    "portal_step_up_by"  # the id of the person who did: nobody else steps into it, however they got here
)
FRESH = 3600  # seconds that a step-up holds


def step_up(request: HttpRequest, at: float | None = None) -> None:
    """The person has proved once more who they are, now or `at` that time (seconds since the epoch).

    For an hour from then on they are not asked again.
    """
    until = int(time.time() if at is None else at) + FRESH
    request.session[STEP_UP_UNTIL] = max(until, stepped_up_until(request))
    request.session[STEP_UP_BY] = request.user.pk


def has_stepped_up(request: HttpRequest) -> bool:
    return stepped_up_until(request) > time.time()


def stepped_up_until(request: HttpRequest) -> int:
    """Until when what the person proved holds, in seconds since the epoch; 0 where they have proved nothing here."""
    person = getattr(request, "user", None)
    if person is None or person.pk is None or request.session.get(STEP_UP_BY) != person.pk:
        return 0
    return request.session.get(STEP_UP_UNTIL, 0)


def ask_to_step_up(request: HttpRequest) -> HttpResponse:
    """To the page that asks once more, and from there back to here; what was sent meanwhile is to be sent again."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
    return HttpResponseRedirect(f"{reverse('portal:step_up')}?{urlencode({'next': back})}")


def step_up_and_send_again(request: HttpRequest) -> HttpResponse:
    """As `ask_to_step_up`, for forms that take a while to fill in: what was typed is not lost.

    The page holds what was sent, leads to the proof in a tab of its own, and sends it again. We keep nothing of it.
    """
    sent = sent_in(request)
    if not sent:
        return ask_to_step_up(request)
    proof = f"{reverse('portal:step_up')}?{urlencode({'next': request.path})}"
    answer = render(request, "portal/access/send_again.html", {"sent": sent, "proof": proof}, status=403)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def step_up_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views behind `login_required` that anybody who sees them may ask for.

    Where a right or an object decides, the view answers 404 first and then asks `has_stepped_up` itself: whether
    something exists is nobody's business (docs/extending.md).
    """

    @wraps(view)
    def asked_first(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if has_stepped_up(request) else step_up_and_send_again(request)

    return asked_first
