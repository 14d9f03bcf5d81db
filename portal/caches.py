"""The shared cache, which no page stands or falls with: the number to call must show while Redis restarts."""

import logging

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class RedisOrMemoryCache(RedisCache):
    """While Redis is away each process remembers for itself: limits go on counting, sessions come from the database."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self.own = LocMemCache(f"instead of {server}", params)


def _or_own(verb: str):
    def ask(self, *arguments, **options):
        try:
            return getattr(RedisCache, verb)(self, *arguments, **options)
        except RedisError as error:
            log.warning("Redis is away (%s): this process remembers for itself", type(error).__name__)
            return getattr(self.own, verb)(*arguments, **options)

    return ask


# All that Django's backend asks Redis for.
for _verb in (
    *("add", "get", "set", "delete", "touch", "incr", "has_key", "clear"),
    *("get_many", "set_many", "delete_many"),
):
    setattr(RedisOrMemoryCache, _verb, _or_own(_verb))
