"""Closing sockets whose right to be open has ended: sign-out, a new password, a role given or taken, a household left.

A socket outlives the request that opened it, so nobody else would ask again. One look every two seconds for all sockets
of the process, two queries whatever their number.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

if TYPE_CHECKING:
    from .consumer import LiveConsumer

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds

_open: set[LiveConsumer] = set()
_watchers: dict[asyncio.AbstractEventLoop, asyncio.Task] = {}


@dataclass(frozen=True)
class Ticket:
    """What was true of the person when the socket opened."""

    user_id: int
    session_key: str
    session_epoch: int
    access_epoch: int
    password: str

    @classmethod
    def of(cls, user, session_key: str) -> Ticket:
        return cls(user.pk, session_key, user.session_epoch, user.access_epoch, user.password)


def add(consumer: LiveConsumer) -> None:
    _open.add(consumer)
    loop = asyncio.get_running_loop()
    if loop not in _watchers or _watchers[loop].done():
        _watchers[loop] = loop.create_task(_watch(loop))


def remove(consumer: LiveConsumer) -> None:
    _open.discard(consumer)


async def _watch(loop: asyncio.AbstractEventLoop) -> None:
    try:
        while _open:
            await asyncio.sleep(EVERY)
            try:
                await _close_what_ended()
            except Exception:
                # The database may be away for a moment: what cannot be checked now is checked in two seconds.
                log.exception("checking the open sockets failed")
    finally:
        _watchers.pop(loop, None)


async def _close_what_ended() -> None:
    from .consumer import RIGHTS_CHANGED, SIGNED_OUT

    consumers = list(_open)
    sessions, people = await database_sync_to_async(_look)({consumer.ticket for consumer in consumers})
    for consumer in consumers:
        ticket = consumer.ticket
        epochs = people.get(ticket.user_id)
        if (
            ticket.session_key not in sessions
            or epochs is None
            or epochs[::2] != (ticket.session_epoch, ticket.password)
        ):
            await _close(consumer, SIGNED_OUT)
        elif epochs[1] != ticket.access_epoch:
            await _close(consumer, RIGHTS_CHANGED)


async def _close(consumer: LiveConsumer, code: int) -> None:
    remove(consumer)
    try:
        await consumer.close(code)
    except RuntimeError:
        log.debug("the socket was gone already")


def _look(tickets: set[Ticket]) -> tuple[set[str], dict[int, tuple[int, int, str]]]:
    keys = {ticket.session_key for ticket in tickets}
    if hasattr(import_module(settings.SESSION_ENGINE).SessionStore, "get_model_class"):
        live = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
        sessions = set(live.values_list("session_key", flat=True))
    else:
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        sessions = {key for key in keys if store.exists(key)}
    people = get_user_model().objects.filter(pk__in={ticket.user_id for ticket in tickets}, is_active=True)
    return sessions, {
        pk: (session_epoch, access_epoch, password)
        for pk, session_epoch, access_epoch, password in people.values_list(
            "pk", "session_epoch", "access_epoch", "password"
        )
    }
