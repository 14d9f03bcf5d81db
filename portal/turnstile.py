"""Sign-ins pass one at a time, so that however many come at once, whoever is in already hardly notices.

A sign-in costs tens of milliseconds of hashing on purpose. Under ASGI every request would get a thread at once, and
thirty of them would leave each other page a thirtieth of the process. Waiting in line here costs no thread. One client
cannot fill the line: beyond its share of it, it is refused at once. Under WSGI the server's workers are the line.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from django.http import HttpRequest

AT_ONCE = 1
OF_A_CLIENT = 20  # requests that wait or pass at a time
IN_ALL = 400
DOORS = re.compile(r"^/(?:[a-z]{2}/)?(?:account/(?:login|password/reset|conferma)|benvenuto|partecipa)/")


class TooMany(Exception):
    """The line is full, or this client's share of it."""


def is_door(scope: dict[str, Any]) -> bool:
    return DOORS.match(scope["path"]) is not None


class Turnstile:
    def __init__(self) -> None:
        self._pass = asyncio.Semaphore(AT_ONCE)
        self._in_line: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, scope: dict[str, Any]) -> AsyncIterator[None]:
        """Wait for one's turn. What is slow, such as a body on its way, comes before it. Raises TooMany."""
        client = _client_of(scope)
        if self._in_line[client] >= OF_A_CLIENT or self._in_line.total() >= IN_ALL:
            raise TooMany
        self._in_line[client] += 1
        try:
            async with self._pass:
                yield
        finally:
            self._in_line[client] -= 1
            if not self._in_line[client]:
                del self._in_line[client]


def _client_of(scope: dict[str, Any]) -> str:
    from portal.access import client_address  # late: it has models, and the edge stands before Django

    request = HttpRequest()
    request.META["REMOTE_ADDR"] = (scope.get("client") or ("",))[0]
    forwarded = [value.decode("latin1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = ",".join(forwarded)
    return client_address(request)
