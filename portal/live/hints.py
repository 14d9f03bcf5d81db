"""Waking the sockets. A hint carries a topic and its number; whoever misses it catches up by LivePosition."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds for the channel layer to take the hints of one fact

# The loop that this process serves sockets on: the in-memory layer's queues live there, and a send from another thread
# would wake nobody for seconds.
_loop: asyncio.AbstractEventLoop | None = None


def serving_on(loop: asyncio.AbstractEventLoop) -> None:
    global _loop
    _loop = loop


def group(topic: str) -> str:
    """The topic's name in the channel layer, which allows few letters and 100 of them."""
    return f"live.{hashlib.sha256(topic.encode()).hexdigest()[:40]}"


def send(numbers: Mapping[str, int]) -> None:
    """Tell whoever watches the topics. What goes wrong here is only late, and never reaches who stated the fact."""
    try:
        if _loop is not None and _loop.is_running():
            asyncio.run_coroutine_threadsafe(_tell(numbers), _loop)
        elif not isinstance(get_channel_layer(), InMemoryChannelLayer):
            async_to_sync(_tell)(numbers)
        # In memory and no socket in this process: nobody to tell.
    except Exception:
        log.exception("hints were not sent")


async def _tell(numbers: Mapping[str, int]) -> None:
    layer = get_channel_layer()
    try:
        # A layer that has stalled must not hold up the facts that follow.
        async with asyncio.timeout(PATIENCE):
            for topic, number in numbers.items():
                await layer.group_send(group(topic), {"type": "live.hint", "topic": topic, "event": number})
    except TimeoutError:
        # A machine that is busy: whoever watches asks again. No failure of ours that a trace would explain.
        log.warning("a hint was not sent within %.0f s", PATIENCE)
    except Exception:
        log.exception("a hint was not sent")
