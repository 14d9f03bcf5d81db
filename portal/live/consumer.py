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
from typing import Any

from channels.layers import get_channel_layer

from portal.access import is_held_back

from . import hints, questions, watch
from .watch import HELD_BACK, RIGHTS_CHANGED, SIGNED_OUT, in_thread

log = logging.getLogger(__name__)

MOST_TOPICS = 50  # of one socket
MOST_SOCKETS = 30  # of one person, in one process
MOST_MESSAGES = 200  # of one socket
PERIOD = 10.0  # seconds in which so many messages may come
LONGEST_MESSAGE = 1024  # characters
LONGEST_TOPIC = 120  # characters
PATIENCE = 2.0  # seconds for a client to take what it is told, and for the channel layer to answer
BELIEVED = 5.0  # seconds after which a permission is asked again before anything is told

MISUNDERSTOOD = 4400
TOO_MUCH = 4429

__all__ = ["HELD_BACK", "MISUNDERSTOOD", "RIGHTS_CHANGED", "SIGNED_OUT", "TOO_MUCH", "LiveConsumer"]


class Misunderstood(ValueError):
    """What came is none of our messages."""


class LiveConsumer:
    """One open socket of one person.

    Three things go on beside each other: what the client says, what the channel layer hints, and what is told. None
    waits for another, and the watch waits for none of them: a client that reads nothing, or a channel layer that is
    away, holds up nobody else.
    """

    def __init__(self, scope, receive, send) -> None:
        self.user, self.session = scope["user"], scope["session"]
        self._receive, self._send = receive, send
        self.layer = get_channel_layer()
        self.heard: dict[str, int] = {}  # topic listened to -> the last number heard of
        self.told: dict[str, int] = {}  # topic allowed -> the last number that the client knows
        self.asked: dict[str, float] = {}  # topic allowed -> when that was asked
        self.news = asyncio.Event()
        self.line = asyncio.Lock()
        self.ended = self.lost = False
        self.messages, self.period_began = 0, monotonic()

    async def run(self) -> None:
        """From the handshake to the end of the connection."""
        hints.serving_on(asyncio.get_running_loop())
        self.running = asyncio.current_task()
        self.channel = await self.layer.new_channel()
        beside: list[asyncio.Task] = []
        try:
            await self._receive()
            # Accepted first: a browser learns the code of a closed socket, but not why one was refused.
            await self._put({"type": "websocket.accept"})
            if await self._comes_in():
                beside = [asyncio.create_task(self._listen()), asyncio.create_task(self._tell())]
            while (message := await self._receive())["type"] == "websocket.receive":
                await self._hear(message.get("text"))
        except asyncio.CancelledError:
            if not self.lost:
                raise
        finally:
            self.ended, self.running = True, None
            watch.remove(self)
            for task in beside:
                task.cancel()
            await self._leave(*self.heard)

    async def _comes_in(self) -> bool:
        if not self.user.is_authenticated:
            self.end(SIGNED_OUT)
            return False
        if await in_thread(is_held_back)(self.user, self.session):
            self.end(HELD_BACK)
            return False
        self.entry = watch.Pass.of(self.user, self.session.session_key)
        if watch.sockets_of(self.user.pk) >= MOST_SOCKETS:
            self.end(TOO_MUCH)
            return False
        watch.add(self)
        return True

    def end(self, code: int) -> None:
        """Close it, and neither answer nor tell anything from this moment on."""
        if not self.ended:
            self.ended = True
            watch.remove(self)
            self.closing = asyncio.create_task(self._put({"type": "websocket.close", "code": code}))

    def hint(self, topic: str, number: int) -> None:
        """The topic has come to that number: have it told, if it is news to the client."""
        if topic in self.heard:
            self.heard[topic] = max(number, self.heard[topic])
            if self.heard[topic] > self.told.get(topic, number):
                self.news.set()

    # -- what the client says ---------------------------------------------------------------------------------------

    async def _hear(self, text: str | None) -> None:
        if self.ended:
            return
        if self._is_too_much():
            self.end(TOO_MUCH)
            return
        try:
            verb, topic, seen = _read(text)
        except Misunderstood:
            self.end(MISUNDERSTOOD)
            return
        if verb == "subscribe":
            await self._subscribe(topic, seen)
        else:
            await self._forget(topic)

    def _is_too_much(self) -> bool:
        if monotonic() - self.period_began > PERIOD:
            self.messages, self.period_began = 0, monotonic()
        self.messages += 1
        return self.messages > MOST_MESSAGES

    async def _subscribe(self, topic: str, seen: int) -> None:
        if topic not in self.heard and len(self.heard) >= MOST_TOPICS:
            await self._answer({"refused": topic})
            return
        # First listen, then look: what moves meanwhile is heard of.
        self.heard.setdefault(topic, -1)
        await self._join(topic)
        if await self._may_watch(topic):
            self.told[topic] = seen
            self.hint(topic, self.heard[topic])

    async def _may_watch(self, topic: str) -> bool:
        """Whether the topic is the person's to watch now; if so, where it stands is heard of."""
        verdict, number = await questions.ask(self.entry, topic)
        if verdict is not None:
            self.end(verdict)
        elif number is None:
            # An unknown topic and a foreign one get the same answer.
            await self._forget(topic)
            await self._answer({"refused": topic})
        elif topic in self.heard:
            self.asked[topic] = monotonic()
            self.hint(topic, number)
            return True
        return False

    async def _forget(self, topic: str) -> None:
        self.told.pop(topic, None)
        self.asked.pop(topic, None)
        if self.heard.pop(topic, None) is not None:
            await self._leave(topic)

    # -- what the channel layer hints -------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            try:
                message = await self.layer.receive(self.channel)
            except Exception:
                log.debug("the channel layer is away", exc_info=True)
                await asyncio.sleep(PATIENCE)
                # A layer that comes back has forgotten who listens.
                while not await self._join(*self.heard):
                    await asyncio.sleep(PATIENCE)
            else:
                self.hint(message["topic"], message["event"])

    async def _join(self, *topics: str) -> bool:
        return await self._ask_layer("group_add", topics)

    async def _leave(self, *topics: str) -> None:
        await self._ask_layer("group_discard", topics)

    async def _ask_layer(self, verb: str, topics: tuple[str, ...]) -> bool:
        """Whether the layer did it. Where it is away nothing is lost: the watch hints as well, some moments later."""
        try:
            async with asyncio.timeout(PATIENCE):
                for topic in topics:
                    await getattr(self.layer, verb)(hints.group(topic), self.channel)
        except Exception:
            log.debug("the channel layer is away", exc_info=True)
            return False
        return True

    # -- what is told -----------------------------------------------------------------------------------------------

    async def _tell(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            for topic in [topic for topic, known in self.told.items() if self.heard[topic] > known]:
                try:
                    await self._pass_on(topic)
                except Exception:
                    # The database may be away for a moment: the watch comes round.
                    log.exception("a hint was not passed on")

    async def _pass_on(self, topic: str) -> None:
        # Most rights end with an event, and the socket with it; some end with a day, or with whom a thing is given to.
        if monotonic() - self.asked.get(topic, 0.0) > BELIEVED and not await self._may_watch(topic):
            return
        if topic in self.told:
            self.told[topic] = number = self.heard[topic]
            await self._answer({"topic": topic, "event": number})

    async def _answer(self, message: dict[str, Any]) -> None:
        await self._put({"type": "websocket.send", "text": json.dumps(message)})

    async def _put(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(PATIENCE), self.line:
                if not self.ended or message["type"] == "websocket.close":
                    await self._send(message)
        except (OSError, RuntimeError):
            # It has gone (the server says so in two ways), or takes nothing any more (TimeoutError is an OSError).
            self.ended = self.lost = True
            if self.running is not None:
                self.running.cancel()


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
    if not topic.isprintable():  # half characters and control characters, which no database takes
        raise Misunderstood
    return verb, topic, seen
