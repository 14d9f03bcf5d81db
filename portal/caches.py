"""The shared cache, which no page stands or falls with: the number to call must show while Redis restarts."""

from __future__ import annotations

import logging
from time import monotonic

from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds for which a Redis that did not answer is not asked again: each question costs its time limit
SESSIONS_BELIEVED = 300  # seconds, at most, for which a session is not looked up in the database
MOST = 100_000  # entries of a process's own; Django's 300 would have a stranger's attempts push out what counts them

_away_until: dict[str, float] = {}  # by the servers' addresses


class RedisOrMemoryCache(RedisCache):
    """While Redis is away each process remembers for itself: limits go on counting, menus are made anew."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self.server = str(server)
        self.own = LocMemCache(f"instead of {server}", {"OPTIONS": {"MAX_ENTRIES": MOST}})


def _or_own(verb: str):
    def ask(self, *arguments, **options):
        if _away_until.get(self.server, 0.0) <= monotonic():
            try:
                return getattr(RedisCache, verb)(self, *arguments, **options)
            except RedisError as error:
                _away_until[self.server] = monotonic() + PATIENCE
                log.warning("Redis is away (%s): this process goes on without", type(error).__name__)
        return getattr(self.own, verb)(*arguments, **options)

    return ask


# All that Django's backend asks Redis for, but `clear`: whoever wants it emptied must know that it was not.
for _verb in (
    *("add", "get", "set", "delete", "touch", "incr", "has_key"),
    *("get_many", "set_many", "delete_many"),
):
    setattr(RedisOrMemoryCache, _verb, _or_own(_verb))


class RedisOrNothingCache(RedisOrMemoryCache):
    """For sessions, which the database keeps: while Redis is away nothing is remembered.

    Who signs out meanwhile is deleted in the database and not in Redis: that is why Redis is believed for so short.
    """

    def __init__(self, server, params):
        super().__init__(server, params)
        self.own = DummyCache(server, {})

    def set(self, key, value, timeout=SESSIONS_BELIEVED, version=None):
        believed = SESSIONS_BELIEVED if timeout is None else min(timeout, SESSIONS_BELIEVED)
        return super().set(key, value, believed, version)


class RedisOrDrawnAnewCache(RedisOrMemoryCache):
    """For pages that are kept whole: while Redis is away each is drawn anew, because no process hears of a purge by
    another (portal/ui/whole_pages.py makes up for its own)."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self.own = DummyCache(server, {})
