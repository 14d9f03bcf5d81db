"""Waking the sockets. A hint carries a topic and a number; whoever misses it catches up by LivePosition."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

log = logging.getLogger(__name__)

# The loop that this process serves sockets on: the in-memory layer's queues live there, and a send from another thread
# would wake nobody for seconds.
_loop: asyncio.AbstractEventLoop | None = None


def serving_on(loop: asyncio.AbstractEventLoop) -> None:
    global _loop
    _loop = loop


def group(topic: str) -> str:
    """The topic's name in the channel layer, which allows few letters and 100 of them."""
    return f"live.{hashlib.sha256(topic.encode()).hexdigest()[:40]}"


def send(topics: Iterable[str], event_id: int) -> None:
    """Tell whoever watches the topics. What goes wrong here is only late, and never reaches who stated the fact."""
    try:
        _send([{"type": "live.hint", "topic": topic, "event": event_id} for topic in topics])
    except Exception:
        log.exception("hints of event %s were not sent", event_id)


def _send(hints: list[dict]) -> None:
    layer = get_channel_layer()

    async def tell() -> None:
        for hint in hints:
            await layer.group_send(group(hint["topic"]), hint)

    if not isinstance(layer, InMemoryChannelLayer):
        async_to_sync(tell)()
    elif _loop is not None and _loop.is_running():
        asyncio.run_coroutine_threadsafe(tell(), _loop)
    # In memory and no socket in this process: nobody to tell.
