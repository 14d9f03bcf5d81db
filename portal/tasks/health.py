"""Whether the parts that a page does not need to render are there as well."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import WorkerHeartbeat
from .reaper import SILENCE

log = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds for the channel layer's round trip


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


@async_to_sync
async def _channel_layer() -> bool:
    layer = get_channel_layer()
    async with asyncio.timeout(PATIENCE):
        # Named as all others of this process, whose sockets' channels would otherwise keep Redis from being asked.
        name = await layer.new_channel()
        await layer.send(name, {"type": "health"})
        return (await layer.receive(name))["type"] == "health"


def _task_worker() -> bool:
    return WorkerHeartbeat.objects.filter(at__gte=timezone.now() - SILENCE).exists()


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
