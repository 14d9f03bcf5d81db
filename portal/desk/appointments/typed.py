"""What somebody has typed, kept by their own browser between the form and the look at all of it.

So that look has an address which "back" leads to, and a name stands in no address, no session and no table. It is
signed, and counts for an hour. With the booking it goes: the number of the form alone stays, by which "back" finds that
it is booked.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE = "portal_booking"
LASTS = 60 * 60  # seconds
FITS = 3800  # characters; browsers drop a cookie of more than 4096 with its name and attributes


def keep(request: HttpRequest, answer: HttpResponse, typed: dict[str, str]) -> bool:
    """Send it to the browser along with the answer; False where it is more than a browser keeps."""
    value = signing.dumps({"by": _by(request), "typed": typed}, salt=COOKIE, compress=True)
    if len(value) > FITS:
        return False
    answer.set_cookie(
        COOKIE,
        value,
        max_age=LASTS,
        path=reverse("portal:book"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return True


def kept(request: HttpRequest) -> dict[str, str]:
    """Nothing for whoever has signed in or out meanwhile: it may be somebody else at the same computer."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=LASTS)
    except signing.BadSignature:
        return {}
    return found["typed"] if found["by"] == _by(request) else {}


def _by(request: HttpRequest) -> str:
    return str(request.user.pk or "")
