"""The one WebSocket. It carries topics and numbers, never content.

From the client: {"subscribe": topic, "seen": number} or {"unsubscribe": topic}. To the client: {"refused": topic}, or
{"topic": topic, "event": number}, a hint that the topic has moved on to that number. Who subscribes without "seen" is
told at once where the topic stands.
"""

from __future__ import annotations

import asyncio
import json
import logging
from time import monotonic

from channels.generic.websocket import AsyncWebsocketConsumer

from portal.extensions import LiveTopic, find

from . import hints, watch
from .positions import position_of
from .watch import RIGHTS_CHANGED, SIGNED_OUT, in_thread

log = logging.getLogger(__name__)

MOST_TOPICS = 50  # of one socket
MOST_SOCKETS = 30  # of one person, in one process
MOST_MESSAGES = 200  # of one socket
PERIOD = 10.0  # seconds in which so many messages may come
LONGEST_MESSAGE = 1024  # characters
LONGEST_TOPIC = 120  # characters

MISUNDERSTOOD = 4400
TOO_MUCH = 4429

__all__ = ["MISUNDERSTOOD", "RIGHTS_CHANGED", "SIGNED_OUT", "TOO_MUCH", "LiveConsumer"]


class Misunderstood(ValueError):
    """What came is none of our messages."""


class LiveConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        hints.serving_on(asyncio.get_running_loop())
        self.told: dict[str, int] = {}  # topic -> the last number that the client knows
        self.ended = False
        self.messages, self.period_began = 0, monotonic()
        user = self.scope["user"]
        # Accepted first: a browser learns the code of a closed socket, but not why one was refused.
        await self.accept()
        if not user.is_authenticated:
            await self.end(SIGNED_OUT)
            return
        self.entry = watch.Pass.of(user, self.scope["session"].session_key)
        if watch.sockets_of(user.pk) >= MOST_SOCKETS:
            await self.end(TOO_MUCH)
            return
        watch.add(self)

    async def disconnect(self, code: int) -> None:
        self.ended = True
        watch.remove(self)
        await self._leave_all()

    async def end(self, code: int) -> None:
        """Close it, and neither answer nor tell anything from this moment on."""
        if not self.ended:
            self.ended = True
            watch.remove(self)
            await self.close(code)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.ended:
            return
        if self._is_too_much():
            await self.end(TOO_MUCH)
            return
        try:
            verb, topic, seen = _read(text_data)
        except Misunderstood:
            await self.end(MISUNDERSTOOD)
            return
        if verb == "subscribe":
            await self._subscribe(topic, seen)
        elif topic in self.told:
            del self.told[topic]
            await self.channel_layer.group_discard(hints.group(topic), self.channel_name)

    def _is_too_much(self) -> bool:
        if monotonic() - self.period_began > PERIOD:
            self.messages, self.period_began = 0, monotonic()
        self.messages += 1
        return self.messages > MOST_MESSAGES

    async def _subscribe(self, topic: str, seen: int) -> None:
        if topic not in self.told and len(self.told) >= MOST_TOPICS:
            await self._answer({"refused": topic})
            return
        # First listen, then look: a hint that comes meanwhile waits until this is answered.
        await self.channel_layer.group_add(hints.group(topic), self.channel_name)
        verdict, number = await in_thread(_ask)(self.entry, topic)
        if verdict in (SIGNED_OUT, RIGHTS_CHANGED):
            await self.end(verdict)
        elif number is None:
            # An unknown topic and a foreign one get the same answer.
            self.told.pop(topic, None)
            await self.channel_layer.group_discard(hints.group(topic), self.channel_name)
            await self._answer({"refused": topic})
        else:
            self.told[topic] = seen
            await self.tell(topic, number)

    async def live_hint(self, hint: dict) -> None:
        await self.tell(hint["topic"], hint["event"])

    async def tell(self, topic: str, number: int) -> None:
        if number > self.told.get(topic, number):
            self.told[topic] = number
            await self._answer({"topic": topic, "event": number})

    async def _answer(self, message: dict) -> None:
        if not self.ended:
            await self.send(json.dumps(message))

    async def _leave_all(self) -> None:
        topics, self.told = list(self.told), {}
        for topic in topics:
            await self.channel_layer.group_discard(hints.group(topic), self.channel_name)


def _read(text: str | None) -> tuple[str, str, int]:
    """(verb, topic, number seen) of a message. Raises Misunderstood."""
    if text is None or len(text) > LONGEST_MESSAGE:
        raise Misunderstood
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Misunderstood from error
    if not isinstance(message, dict):
        raise Misunderstood
    verb = "subscribe" if "subscribe" in message else "unsubscribe"
    topic, seen = message.get(verb), message.get("seen", -1)
    if not isinstance(topic, str) or len(topic) > LONGEST_TOPIC or type(seen) is not int:
        raise Misunderstood
    return verb, topic, seen


def _ask(entry: watch.Pass, topic: str) -> tuple[int | None, int | None]:
    """(code to close with, or None; the topic's number, or None where it may not be watched).

    Everything is asked anew, the person included: a socket may be older than their rights.
    """
    verdict = watch.verdicts({entry})[entry]
    if isinstance(verdict, int):
        return verdict, None
    key, _, identifier = topic.partition(":")
    declaration = find(LiveTopic, key)
    try:
        may = declaration is not None and bool(identifier) and declaration.allows(verdict, identifier)
    except Exception:
        # A plugin that stumbles over an odd identifier gives nothing away by it.
        log.exception("the topic %s could not be asked", key)
        may = False
    return None, position_of(topic) if may else None
