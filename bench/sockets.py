"""A thousand open pages in rooms of ten, in which somebody writes five times a second: how soon the others read it.

The socket wakes and HTTP delivers, as in a browser: a message has arrived when the answer that holds it has. The
yardstick is as many sockets in as many rooms of a bare Channels echo. `build()` runs in `manage.py shell`.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from websockets.asyncio.client import connect

from tests.harness import templates
from tests.harness.server import PortalServer

from .memory import of_group

SOCKETS, IN_A_ROOM = 1_000, 10
PER_SECOND = 5  # messages in all the rooms together
SECONDS = 60
AT_ONCE = 25  # sockets that are opened together
HANDS = 16  # threads that ask over HTTP
PATIENCE = 60  # seconds until the last message has come
TOKEN = "x" * 32
NUMBER = re.compile(r'data-number="(\d+)"')


def build(sockets: int) -> None:
    """Fill an empty database with the rooms, and print them as JSON: address, topic, and the cookies of those in it."""
    from django.conf import settings

    from community.conversations.models import Conversation
    from community.mutual_aid.gatherings.models import Answer
    from community.mutual_aid.gatherings.words import AnswerState
    from community.testing import gathering_in
    from portal.events.dispatch import drain
    from portal.tasks.worker import work_off
    from portal.testing.clients import Browser
    from portal.testing.factories import BuildingFactory, UserFactory

    building = BuildingFactory()
    rooms = []
    for _ in range(sockets // IN_A_ROOM):
        event = gathering_in(building=building)
        people = UserFactory.create_batch(IN_A_ROOM)
        Answer.objects.bulk_create(
            Answer(gathering=event, person=person, state=AnswerState.COMING) for person in people
        )
        talk = Conversation.about(event)
        talk.say(by=people[0], client_id=uuid.uuid4(), text="Chi porta il pane?")
        cookies = []
        for person in people:
            client = Browser()
            client.force_login(person, backend="portal.people.backends.EmailBackend")
            cookies.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
        rooms.append([talk.get_absolute_url(), f"community.conversation:{talk.pk}", cookies])
    drain()
    work_off()  # the mails about the first message are not what is measured
    print(json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "rooms": rooms}))  # noqa: T201


@dataclass
class Reader:
    """One open page. `seen`: the number up to which it knows the topic, once it watches it; `read`: the number of each
    message and the moment (of the monotonic clock) at which it stood there; `room` counts from 0."""

    room: int
    url: str
    topic: str
    cookie: str
    seen: int | None = None
    read: dict[int, float] = field(default_factory=dict)
    version: int = 1

    async def listen(self, opened, ask: Callable) -> None:
        await opened.send(json.dumps({"subscribe": self.topic}))
        async for said in opened:
            event = json.loads(said)["event"]
            if self.seen is not None and event > self.seen:
                await asyncio.get_running_loop().run_in_executor(ask.hands, self._catch_up, ask)
            self.seen = event

    def _catch_up(self, ask: Callable) -> None:
        answer = ask("GET", f"{self.url}seguito/", self.cookie, params={"version": self.version})
        answer.raise_for_status()
        now = time.monotonic()
        for number in map(int, NUMBER.findall(answer.text)):
            self.read.setdefault(number, now)
        self.version = int(re.search(r'data-version="(\d+)"', answer.text)[1])

    def write(self, ask: Callable) -> tuple[int, int, float]:
        """Returns the room, the number that the message got and the moment at which it was sent."""
        form = {"client_id": str(uuid.uuid4()), "text": "Lo porto io.", "csrfmiddlewaretoken": TOKEN}
        began = time.monotonic()
        answer = ask("POST", self.url, f"{self.cookie}; csrftoken={TOKEN}", data=form, allow_redirects=False)
        if answer.status_code != 302:
            raise RuntimeError(f"a message was answered {answer.status_code}")
        return self.room, int(answer.headers["Location"].rpartition("#m")[2]), began


class Hands:
    """Asks over HTTP from a few threads, each with a connection of its own."""

    def __init__(self) -> None:
        self.hands = ThreadPoolExecutor(HANDS)
        self._sessions: dict[int, requests.Session] = {}

    def __call__(self, method: str, url: str, cookie: str, **told) -> requests.Response:
        session = self._sessions.setdefault(threading.get_ident(), requests.Session())
        return session.request(method, url, headers={"Cookie": cookie}, timeout=PATIENCE, **told)


def measured(bare: str) -> Iterator[tuple[str, str]]:
    with templates.copied("empty") as copy:
        server = PortalServer(copy)
        began = time.monotonic()
        told = json.loads(server.python(f"from bench.sockets import build; build({SOCKETS})"))
        print(f"  … {SOCKETS:,} people are there after {time.monotonic() - began:.0f} s", file=sys.stderr)
        server.start()
        try:
            readers = [
                Reader(room, f"{server.url}{address}", topic, f"{told['cookie']}={cookie}")
                for room, (address, topic, cookies) in enumerate(told["rooms"])
                for cookie in cookies
            ]
            server.answers()
            waits, ours = asyncio.run(_talked(server, readers))
        finally:
            server.stop()
    echoes, theirs = asyncio.run(_echoed(bare))
    p95, yardstick = _p95(waits), _p95(echoes)
    yield (
        "from POST to screen, p95",
        f"{p95 / yardstick:.1f} × a bare echo   ({p95 * 1000:.0f} ms against {yardstick * 1000:.1f} ms; "
        f"median {statistics.median(waits) * 1000:.0f} ms; {len(waits):,} deliveries)",
    )
    yield (
        "memory of a socket",
        f"{ours / theirs:.1f} × a bare one   ({ours / 1024:.0f} kB against {theirs / 1024:.0f} kB)",
    )


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


async def _open(stack: AsyncExitStack, url: str, cookies: list[str]) -> list:
    """A socket for each cookie, some at a time."""
    parts = urlsplit(url)
    opened: list = []
    for start in range(0, len(cookies), AT_ONCE):
        opened += await asyncio.gather(
            *(
                stack.enter_async_context(
                    connect(
                        f"ws://{parts.netloc}{parts.path}",
                        origin=f"http://{parts.netloc}",
                        additional_headers={"Cookie": cookie},
                        ping_interval=None,
                        open_timeout=PATIENCE,
                    )
                )
                for cookie in cookies[start : start + AT_ONCE]
            )
        )
    return opened


async def _talked(server: PortalServer, readers: list[Reader]) -> tuple[list[float], float]:
    """Seconds from each POST to each of the ten who read it, and bytes of memory of one socket."""
    ask, dice = Hands(), random.Random(7)
    async with AsyncExitStack() as stack:
        empty, began = of_group(server.process.pid), time.monotonic()
        opened = await _open(stack, f"{server.url}/ws/", [reader.cookie for reader in readers])
        listening = [
            asyncio.create_task(reader.listen(one, ask)) for reader, one in zip(readers, opened, strict=True)
        ]
        while any(reader.seen is None for reader in readers):
            await asyncio.sleep(0.2)
        print(f"  … {len(readers):,} pages are open after {time.monotonic() - began:.0f} s", file=sys.stderr)
        each = (of_group(server.process.pid) - empty) / len(readers)
        loop, writing = asyncio.get_running_loop(), []
        for _ in range(PER_SECOND * SECONDS):
            writing.append(loop.run_in_executor(ask.hands, dice.choice(readers).write, ask))
            await asyncio.sleep(1 / PER_SECOND)
        sent = await asyncio.gather(*writing)
        rooms: dict[int, list[Reader]] = {}
        for reader in readers:
            rooms.setdefault(reader.room, []).append(reader)
        deadline = time.monotonic() + PATIENCE
        while any(number not in reader.read for room, number, _at in sent for reader in rooms[room]):
            if time.monotonic() > deadline:
                raise RuntimeError("some messages have not come")
            await asyncio.sleep(0.2)
        for task in listening:
            task.cancel()
    waits = [reader.read[number] - at for room, number, at in sent for reader in rooms[room]]
    return waits, each


async def _echoed(bare: str) -> tuple[list[float], float]:
    """The same of the bare echo: from sending to each of the ten who hear it."""
    dice, waits = random.Random(7), []
    sent: dict[str, float] = {}

    async def hear(one) -> None:
        async for said in one:
            waits.append(time.monotonic() - sent[said])

    async with AsyncExitStack() as stack:
        empty = int(requests.get(f"{bare}/memory/", timeout=5).text)
        opened: list = []
        for room in range(SOCKETS // IN_A_ROOM):
            opened += await _open(stack, f"{bare}/ws/{room}/", [""] * IN_A_ROOM)
        listening = [asyncio.create_task(hear(one)) for one in opened]
        await asyncio.sleep(2)
        each = (int(requests.get(f"{bare}/memory/", timeout=5).text) - empty) / SOCKETS
        for number in range(PER_SECOND * SECONDS):
            sent[str(number)] = time.monotonic()
            await dice.choice(opened).send(str(number))
            await asyncio.sleep(1 / PER_SECOND)
        deadline = time.monotonic() + PATIENCE
        while len(waits) < len(sent) * IN_A_ROOM and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
        for task in listening:
            task.cancel()
    return waits, each
