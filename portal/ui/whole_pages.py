"""Public answers are kept whole for whoever has not signed in, until something that they show has changed.

portal/pages/page_cache.py keeps them; here is what the rooms say to it:

- `@kept_whole` marks a view whose answer to a stranger is the same for every stranger. Wagtail's pages need no mark.
- `purge_pages()` when something changed that such an answer may show, whoever's it is.
- `fresh_until(request, moment)` in an answer that becomes untrue by itself: a call that closes, an event that passes.
  Midnight in Rome needs no word: nothing is kept beyond it.

All that is kept belongs to one *generation*, a random name in the shared cache. Purging names another one: nothing is
deleted, and what is being drawn meanwhile from what stood before goes with the generation that it was begun in.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.base import BaseCache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

ALIAS = "pages"  # of Django's cache
GENERATION = "portal.generation"
KEPT = "kept_whole"  # on a view
_UNTIL = "_portal_fresh_until"

_owed = False  # a purge of this process that nobody has heard of: the cache was away


def store() -> BaseCache:
    """Where pages are kept: the cache "pages", or where a site has set up none, the one that it has."""
    return caches[ALIAS if ALIAS in settings.CACHES else DEFAULT_CACHE_ALIAS]


def kept_whole(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views that answer everybody alike who has not signed in."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    setattr(kept, KEPT, True)
    return kept


def fresh_until(request: HttpRequest, moment: datetime | None) -> None:
    """The answer to this request says something that is no longer true from that moment on; the first one counts."""
    if moment is not None:
        known = earliest_end(request)
        setattr(request, _UNTIL, min(moment, known) if known else moment)


def earliest_end(request: HttpRequest) -> datetime | None:
    return getattr(request, _UNTIL, None)


def generation() -> str:
    """By what is kept together now."""
    pay_purges()
    return store().get_or_set(GENERATION, _name, None)


def purge_pages(**_kwargs: Any) -> None:
    """What was kept is shown to nobody any more, from now on, and again when the transaction is over: who draws a page
    in between still sees what stood before."""
    _purge()
    if connection.in_atomic_block:
        transaction.on_commit(_purge)


def pay_purges() -> None:
    """Purge now what could not be purged when it should have been."""
    if _owed:
        _purge()


def _purge() -> None:
    global _owed
    name, pages = _name(), store()
    pages.set(GENERATION, name, None)
    was_owed, _owed = _owed, pages.get(GENERATION) is None
    if _owed and not was_owed:
        log.warning("The cache of pages is away: they are purged when it is back")


def _name() -> str:
    return secrets.token_hex(8)
