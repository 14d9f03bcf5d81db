"""What is looked at before any page: how somebody came in, and whether their role lets them go on like that."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from portal.access import is_held_back, prove_second_factor, step_up

from .means import Means
from .models import Device

ARRIVED = "portal_arrived"  # in the session: its own key, the device, and when that was last taken down
# By which a device is known again. The one of people/devices.py is another: it gives tries of one's own.
COOKIE = "portal_known_device"
COOKIE_LIFE = 400 * 24 * 3600  # seconds: browsers keep nothing for longer
TOUCH_EVERY = 900  # seconds

# All that whoever is held back may do: prove themselves, set up what to prove themselves by, sign out.
OPEN_TO_THE_HELD_BACK = frozenset(
    {
        "account_logout",
        "demo_sign_in",
        "portal:devices",
        "healthz",
        "portal:app_add",
        "portal:app_remove",
        "portal:passkey",
        "portal:passkey_add",
        "portal:passkey_remove",
        "portal:recovery_codes",
        "portal:sign_in_methods",
        "portal:step_up",
    }
)


class ProofMiddleware:
    """Takes down how and where somebody has just signed in, and holds back whose role asks for more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = arrive(request) if _is_signed_in(request) else None
        response = self.get_response(request)
        if token:
            response.set_cookie(
                COOKIE,
                token,
                max_age=COOKIE_LIFE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not _is_signed_in(request) or request.resolver_match.view_name in OPEN_TO_THE_HELD_BACK:
            return None
        if not is_held_back(request.user, request.session):
            return None
        if Means.of(request.user).has_factor:
            back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
            address = f"{reverse('portal:step_up')}?{urlencode({'next': back})}"
        else:
            address = reverse("portal:sign_in_methods")
        if getattr(request, "htmx", False):
            # The whole page goes there, not a part of it.
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


def _is_signed_in(request: HttpRequest) -> bool:
    # Whoever brings no session is not looked up: a public page stays one that any cache may keep.
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def arrive(request: HttpRequest) -> str | None:
    """Take down how somebody came in, once a session, and that the device is in use, now and then.

    A second factor is one, and proves afresh who it is; so does a code, sent or printed. A password alone does not: it
    may be known to whoever knows the person. Returns what the device is to be known by from now on, where it was not
    known yet.
    """
    noted = request.session.get(ARRIVED) or {}
    now = int(time.time())
    if noted.get("key") == request.session.session_key:
        if now - noted["seen"] > TOUCH_EVERY:
            Device.objects.filter(pk=noted["device"]).update(last_seen=timezone.now())
            request.session[ARRIVED] = {**noted, "seen": now}
        return None
    records = get_authentication_records(request, request.user)
    if any(record["method"] == "mfa" for record in records):
        prove_second_factor(request)
    for record in records:
        if record["method"] in {"mfa", "code", "paper"}:
            step_up(request, at=record["at"])
    known_by = request.COOKIES.get(COOKIE, "")
    # Whoever came in by a button of the demo or by hand is no news.
    device, token = Device.arrive(request, known_by, tell=bool(records))
    request.session[ARRIVED] = {"key": request.session.session_key, "device": device.pk, "seen": now}
    return token
