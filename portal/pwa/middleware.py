from __future__ import annotations

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.notifications.push.models import session_ended, session_went_on
from portal.ui.offline import FOR, NOBODY

PHONE = "portal_phone"  # in the session: the number by which its pages know each other


class PhoneMiddleware:
    """Every answer that has looked who is there says of which sign-in it is: a phone can tell whose pages it holds.

    The number belongs to the session and to nothing else. It outlives a change of password, which keeps the session
    under another key, and ends with it: the answer that comes next is another's or nobody's, and the worker forgets
    the rest.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        response = self.get_response(request)
        if request.session.accessed:
            response[FOR] = _number_of(request) if request.user.is_authenticated else NOBODY
            if key and request.session.session_key != key:
                self._session_has_changed(request, key)
        return response

    def _session_has_changed(self, request: HttpRequest, key: str) -> None:
        """Somebody signed out or in, or has a new password: what its key was a device was told by."""
        if request.user.is_authenticated:
            session_went_on(request.user, key, request.session.session_key)
        session_ended(key)


def _number_of(request: HttpRequest) -> str:
    number = request.session.get(PHONE)
    if number is None:
        number = request.session[PHONE] = secrets.token_hex(8)
    return number
