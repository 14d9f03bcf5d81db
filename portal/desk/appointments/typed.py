"""What somebody has typed, kept by their own browser between the form and the look at all of it.

So that look has an address which "back" leads to, and a name stands in no address, no session and no table. Each form
has a cookie of its own, named after the form's number: two tabs are two people, perhaps. It is signed, counts for an
hour, and goes when the browser is closed: the next at a public computer finds nothing. With the booking what was typed
goes; the number of the form alone stays, by which "back" finds that it is booked.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE = "portal_booking_"  # and the key of the form
LASTS = 60 * 60  # seconds
FITS = 3800  # characters; browsers drop a cookie of more than 4096 with its name and attributes
TOGETHER = (
    6000  # characters of all forms; a proxy refuses a request that carries more than 8000 in one header
)


def key_of(client_id: str) -> str:
    """By which an address and a cookie name a form; "" for what is no number of one."""
    try:
        return uuid.UUID(client_id).hex[:12]
    except ValueError:
        return ""


def keep(request: HttpRequest, answer: HttpResponse, typed: dict[str, str]) -> bool:
    """Send it to the browser along with the answer; False where it is more than a browser keeps, or of no form."""
    key = key_of(typed.get("client_id", ""))
    value = signing.dumps({"by": _by(request), "typed": typed}, salt=COOKIE + key, compress=True)
    if not key or len(value) > FITS:
        return False
    path = reverse("portal:book")
    room = TOGETHER - len(value)
    for name in reversed(_names(request)):  # browsers send the oldest first
        if name == COOKIE + key:
            continue
        room -= len(request.COOKIES[name])
        if room < 0 or not kept(request, name.removeprefix(COOKIE)):
            answer.delete_cookie(name, path=path, samesite="Lax")
    answer.set_cookie(
        COOKIE + key,
        value,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return True


def kept(request: HttpRequest, key: str) -> dict[str, str]:
    """Nothing for whoever has signed in or out meanwhile: it may be somebody else at the same computer."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE + key, ""), salt=COOKIE + key, max_age=LASTS)
    except signing.BadSignature:
        return {}
    return found["typed"] if found["by"] == _by(request) else {}


def forms_sent(request: HttpRequest) -> list[str]:
    """The numbers of the forms that this browser has kept."""
    found: list[dict[str, Any]] = [kept(request, name.removeprefix(COOKIE)) for name in _names(request)]
    return [typed["client_id"] for typed in found if "client_id" in typed]


def _names(request: HttpRequest) -> list[str]:
    return [name for name in request.COOKIES if name.startswith(COOKIE)]


def _by(request: HttpRequest) -> str:
    return str(request.user.pk or "")
