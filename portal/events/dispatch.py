"""From the outbox to the sinks.

Every process drains the outbox in a thread of its own as soon as it has committed something; the ticker wakes the one
of the worker, so that a fact whose process died between commit and dispatch is only late. A sink that fails does not
hold the others up: the event is offered again to all of them, later and later, which is why sinks are idempotent.

All that waits is announced, in one step, before the next fact is dispatched (ADR 0035).
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connection, models, transaction
from django.utils import timezone

from portal.extensions import EventSink, declared

from .models import Event

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(hours=1)
MANY = 50  # facts announced in one step

_wanted = threading.Event()
_thread: threading.Thread | None = None
_lock = threading.Lock()


def wake() -> None:
    """Have what has been committed dispatched, soon and without making the caller wait."""
    if settings.PORTAL_DISPATCH == "inline":
        drain()
        return
    global _thread
    with _lock:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="event-dispatcher", daemon=True)
            _thread.start()
    _wanted.set()


def drain() -> int:
    """Dispatch all that waits; returns how many events every sink has taken."""
    done = 0
    # Asked outside a transaction: on SQLite every transaction writes, and mostly there is nothing to do.
    while announced := Event.objects.waiting().values_list("announced_at", flat=True)[:MANY]:
        if None in announced:
            _announce()
        taken = _dispatch_next()
        if taken is None:
            break
        done += taken
    return done


def _run() -> None:
    while True:
        _wanted.wait()
        _wanted.clear()
        close_old_connections()
        try:
            drain()
        except Exception:
            # The row is still in the outbox and the ticker comes round; the thread must live.
            log.exception("dispatching events failed")
        finally:
            close_old_connections()


def _take() -> models.QuerySet[Event]:
    """What waits, locked; what another process has at hand is left to it."""
    waiting = Event.objects.waiting().select_related("actor")
    if connection.features.has_select_for_update_skip_locked:
        return waiting.select_for_update(skip_locked=True, of=("self",))
    return waiting


def _announce() -> None:
    """Announce what is new. Where that fails, each event still reaches its sinks, which see that it was not."""
    try:
        with transaction.atomic():
            events = list(_take().filter(announced_at=None)[:MANY])
            for sink in declared(EventSink):
                if sink.announce is not None:
                    sink.announce(events)
            Event.objects.filter(pk__in=[event.pk for event in events]).update(announced_at=timezone.now())
    except Exception:
        log.exception("facts were not announced")


def _dispatch_next() -> bool | None:
    """Dispatch one event. None: nothing waits. False: a sink failed and the event waits for its next attempt."""
    with transaction.atomic():
        event = _take().first()
        if event is None:
            return None
        failed = False
        for sink in declared(EventSink):
            try:
                with transaction.atomic():
                    sink.receive(event)
            except Exception:
                failed = True
                log.exception("%s failed for %s", sink.key, event)
        event.attempts += 1
        if failed:
            event.next_attempt_at = timezone.now() + min(
                timedelta(seconds=2 ** min(event.attempts, 12)), LONGEST_WAIT
            )
        else:
            event.dispatched_at = timezone.now()
        event.save(update_fields=["attempts", "dispatched_at", "next_attempt_at"])
        return not failed
