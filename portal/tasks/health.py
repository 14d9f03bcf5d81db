"""Whether the parts that a page does not need to render are there as well."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.db.models import Exists, Q
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from .models import WorkerHeartbeat
from .reaper import SILENCE

log = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds for the channel layer's round trip
# How long what is due may wait while nothing is begun: longer than a task should take, and than anybody should wait.
STANDSTILL = timedelta(minutes=10)


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


@async_to_sync
async def _channel_layer() -> bool:
    layer = get_channel_layer()
    # A name that nobody else waits for: each has a lock of its own, which may outlive the loop it was taken in.
    name = f"health.{uuid4().hex}"
    async with asyncio.timeout(PATIENCE):
        await layer.send(name, {"type": "health"})
        return (await layer.receive(name))["type"] == "health"


def _task_worker() -> bool:
    """A worker lives, and what is due gets its turn: the pulse of one whose task never returns goes on beating."""
    now = timezone.now()
    long_due = Q(run_after__lt=now - STANDSTILL) | Q(
        run_after=get_date_max(), enqueued_at__lt=now - STANDSTILL
    )
    waits = DBTaskResult.objects.filter(long_due, status=TaskResultStatus.READY)
    # A long queue is no standstill, nor is a long task beside which another worker goes on.
    begun = DBTaskResult.objects.filter(started_at__gte=now - STANDSTILL)
    alive = WorkerHeartbeat.objects.filter(at__gte=now - SILENCE)
    return alive.filter(~Exists(waits) | Exists(begun)).exists()


CHECKS = {"database": _database, "channel_layer": _channel_layer, "task_worker": _task_worker}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all parts answer, 503 when one does not; says which, and nothing of why, which is for the log."""
    states = {name: _state(name, check) for name, check in CHECKS.items()}
    well = all(state == "ok" for state in states.values())
    return JsonResponse({"status": "ok" if well else "failing", **states}, status=200 if well else 503)


def _state(name: str, check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "failing"
    except Exception:  # whatever is wrong with the part is what this page is asked for
        log.warning("healthz: the %s does not answer", name, exc_info=True)
        return "failing"
