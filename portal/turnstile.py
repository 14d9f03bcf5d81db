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
OF_A_NETWORK = 60  # of the wider network of an IPv6 client, which one customer may own
IN_ALL = 400
DOORS = re.compile(r"^/(?:[a-z]{2}/)?(?:account/(?:login|password/reset|conferma)|benvenuto|partecipa)/")


class TooMany(Exception):
    """The line is full, or this client's share of it."""


def is_door(scope: dict[str, Any]) -> bool:
    return DOORS.match(scope["path"]) is not None


class Turnstile:
    def __init__(self) -> None:
        self._pass = asyncio.Semaphore(AT_ONCE)
        self._of_clients: Counter[str] = Counter()
        self._of_networks: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, scope: dict[str, Any]) -> AsyncIterator[None]:
        """Wait for one's turn. What waits for the client, a body or an answer on its way, is before it or after it.

        Raises TooMany.
        """
        client, network = _client_of(scope)
        if (
            self._of_clients[client] >= OF_A_CLIENT
            or self._of_networks[network] >= OF_A_NETWORK
            or self._of_clients.total() >= IN_ALL
        ):
            raise TooMany
        self._of_clients[client] += 1
        self._of_networks[network] += 1
        try:
            async with self._pass:
                yield
        finally:
            for counter, key in ((self._of_clients, client), (self._of_networks, network)):
                counter[key] -= 1
                if not counter[key]:
                    del counter[key]


def _client_of(scope: dict[str, Any]) -> tuple[str, str]:
    """(its address, the wider network that this lies in)"""
    from portal.access import (
        client_address,
        client_network,
    )  # late: it has models, the edge stands before Django

    request = HttpRequest()
    request.META["REMOTE_ADDR"] = (scope.get("client") or ("",))[0]
    forwarded = [value.decode("latin1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = ",".join(forwarded)
    return client_address(request), client_network(request)
