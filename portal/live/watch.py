"""What a socket outlives: the request that opened it, and hints that the channel layer loses.

One look every two seconds for all sockets of the process, three queries whatever their number. It closes the sockets
whose right to be open has ended (sign-out, a new password, a role given or taken, a household left), and tells the
others which topics have moved, in case no hint came. Sessions must be kept in the database (cached or not).
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from . import positions

if TYPE_CHECKING:
    from .consumer import LiveConsumer

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds

SIGNED_OUT = 4401  # the session has ended
HELD_BACK = 4402  # the person's role asks for a second factor, and this session has seen none
RIGHTS_CHANGED = 4403  # come back, with the rights there are now

_open: dict[asyncio.AbstractEventLoop, set[LiveConsumer]] = {}
_watchers: dict[asyncio.AbstractEventLoop, asyncio.Task] = {}

# Threads of their own, so that slow questions hold up no pages; and one that is only the watch's, so that however many
# sockets ask at once, those that have to end do.
in_thread, in_watching_thread = (
    partial(
        database_sync_to_async,
        thread_sensitive=False,
        executor=ThreadPoolExecutor(threads, thread_name_prefix=name),
    )
    for name, threads in (("live", 4), ("live-watch", 1))
)


@dataclass(frozen=True)
class Pass:
    """What was true of a person when the socket opened, and must remain so."""

    user_id: int
    session_key: str
    session_hash: str
    access_epoch: int

    @classmethod
    def of(cls, user: Any, session_key: str) -> Pass:
        return cls(user.pk, session_key, user.get_session_auth_hash(), user.access_epoch)


def verdicts(passes: set[Pass]) -> dict[Pass, int | Any]:
    """For each pass the person as they are now, or the code that their sockets are closed with. Two queries."""
    keys = {p.session_key for p in passes}
    valid = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    sessions = set(valid.values_list("session_key", flat=True))
    people = get_user_model().objects.filter(is_active=True).in_bulk({p.user_id for p in passes})
    return {p: _verdict(p, p.session_key in sessions, people.get(p.user_id)) for p in passes}


def _verdict(was: Pass, has_session: bool, person: Any) -> int | Any:
    if not has_session or person is None:
        return SIGNED_OUT
    if not constant_time_compare(was.session_hash, person.get_session_auth_hash()):
        return SIGNED_OUT
    return person if person.access_epoch == was.access_epoch else RIGHTS_CHANGED


def sockets_of(user_id: int) -> int:
    """How many sockets a person has in this process."""
    here = _open.get(asyncio.get_running_loop(), ())
    return sum(consumer.entry.user_id == user_id for consumer in here)


def add(consumer: LiveConsumer) -> None:
    loop = asyncio.get_running_loop()
    _open.setdefault(loop, set()).add(consumer)
    if loop not in _watchers:
        _watchers[loop] = loop.create_task(_watch(loop))


def remove(consumer: LiveConsumer) -> None:
    _open.get(asyncio.get_running_loop(), set()).discard(consumer)


async def _watch(loop: asyncio.AbstractEventLoop) -> None:
    since = timezone.now()
    try:
        while _open[loop]:
            await asyncio.sleep(EVERY)
            now = timezone.now()
            try:
                await look(list(_open[loop]), since)
                since = now
            except Exception:
                # The database may be away for a moment: what cannot be asked now is asked in two seconds.
                log.exception("looking after the open sockets failed")
    finally:
        _watchers.pop(loop, None)
        _open.pop(loop, None)


async def look(consumers: list[LiveConsumer], since: datetime) -> None:
    """End what has to end, and hint at what has moved since. Nothing here waits for a client."""
    found, moved = await in_watching_thread(_ask)({consumer.entry for consumer in consumers}, since)
    for consumer in consumers:
        verdict = found[consumer.entry]
        if isinstance(verdict, int):
            consumer.end(verdict)
        else:
            for topic in consumer.told.keys() & moved.keys():
                consumer.hint(topic, moved[topic])


def _ask(passes: set[Pass], since: datetime) -> tuple[dict[Pass, int | Any], dict[str, int]]:
    return verdicts(passes), positions.moved_since(since)
