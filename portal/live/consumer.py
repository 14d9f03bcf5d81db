"""The one WebSocket. It carries topics and numbers, never content."""

from __future__ import annotations

import asyncio
import json

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation

from portal.extensions import LiveTopic, find

from . import hints, watch
from .positions import position_of

MOST_TOPICS = 50
LONGEST_TOPIC = 120  # characters

SIGNED_OUT = 4401  # do not come back: the session has ended
RIGHTS_CHANGED = 4403  # come back: what may be watched has changed
MISUNDERSTOOD = 4400


class LiveConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        hints.serving_on(asyncio.get_running_loop())
        self.topics: set[str] = set()
        self.user = self.scope["user"]
        await self.accept()
        if not self.user.is_authenticated:
            await self.close(SIGNED_OUT)
            return
        self.ticket = watch.Ticket.of(self.user, self.scope["session"].session_key)
        watch.add(self)

    async def disconnect(self, code: int) -> None:
        watch.remove(self)
        for topic in self.topics:
            await self.channel_layer.group_discard(hints.group(topic), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            message = json.loads(text_data or "")
            topic = message.get("subscribe") or message["unsubscribe"]
            seen = int(message.get("seen", 0))
            if not isinstance(topic, str) or len(topic) > LONGEST_TOPIC:
                raise ValueError(topic)
        except (ValueError, TypeError, KeyError, AttributeError):
            await self.close(MISUNDERSTOOD)
            return
        if "subscribe" in message:
            await self._subscribe(topic, seen)
        else:
            await self._unsubscribe(topic)

    async def _subscribe(self, topic: str, seen: int) -> None:
        # An unknown topic, a foreign one and one too many get the same answer.
        if len(self.topics) >= MOST_TOPICS or not await self._may_watch(topic):
            await self.send(json.dumps({"refused": topic}))
            return
        self.topics.add(topic)
        # First listen, then look: what happens in between comes twice rather than never.
        await self.channel_layer.group_add(hints.group(topic), self.channel_name)
        position = await database_sync_to_async(position_of)(topic)
        if position > seen:
            await self.send(json.dumps({"topic": topic, "event": position}))

    async def _unsubscribe(self, topic: str) -> None:
        if topic in self.topics:
            self.topics.remove(topic)
            await self.channel_layer.group_discard(hints.group(topic), self.channel_name)

    @database_sync_to_async
    def _may_watch(self, topic: str) -> bool:
        key, _, identifier = topic.partition(":")
        declaration = find(LiveTopic, key)
        if declaration is None or not identifier:
            return False
        with translation.override(None):
            try:
                return bool(declaration.allows(self.user, identifier))
            except (ValueError, TypeError):
                return False  # an identifier of another form than the topic's

    async def live_hint(self, hint: dict) -> None:
        await self.send(json.dumps({"topic": hint["topic"], "event": hint["event"]}))
