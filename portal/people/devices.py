"""A device that somebody has signed in with before: its limits are its own, and no stranger uses them up.

As OWASP's "device cookies": a number drawn for the device, and for each of the last people who signed in with it a
keyed hash of that number and of what the person's sessions are held against. It names nobody, opens nothing, and is
void once the person's sessions have been ended or the password has changed.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "portal_device"
_KEPT = 400 * 86_400  # seconds; browsers keep nothing longer
_PEOPLE = 5  # of a device that a family shares
_SHAPE = re.compile(rf"[0-9a-f]{{32}}(\.[0-9a-f]{{32}}){{1,{_PEOPLE}}}")


def device_of(request: HttpRequest, person) -> str | None:
    """The device's number, if `person` has signed in with it; None for whatever else, and for nobody (pk None)."""
    device, marks = _read(request)
    if device is None:
        return None
    # Computed for nobody too, and compared with all: what a cookie holds must not tell whether somebody is known.
    wanted = _mark(device, person)
    known = [mark for mark in marks if constant_time_compare(mark, wanted)]
    return device if known and person.pk else None


def remember_device(request: HttpRequest, response: HttpResponse, person) -> None:
    """After a successful sign-in, and whenever the person's sessions have ended but for this one."""
    device, marks = _read(request)
    device = device or secrets.token_hex(16)
    mark = _mark(device, person)
    marks = [mark, *(other for other in marks if other != mark)][:_PEOPLE]
    response.set_cookie(
        COOKIE,
        ".".join([device, *marks]),
        max_age=_KEPT,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str | None, list[str]]:
    cookie = request.COOKIES.get(COOKIE, "")
    if not _SHAPE.fullmatch(cookie):
        return None, []
    device, *marks = cookie.split(".")
    return device, marks


def _mark(device: str, person) -> str:
    about = f"{person.pk}:{person.get_session_auth_hash()}:{device}"
    return salted_hmac("portal.people.devices", about, algorithm="sha256").hexdigest()[:32]
