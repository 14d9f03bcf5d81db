"""Many phones talk while the application and Redis are killed again and again: nothing is lost and nothing doubled.

The application is `manage.py serve` in a process of its own, on the stage's database; the Redis is the test's own,
because it is killed.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from redis import Redis

from community.conversations.models import Conversation
from manutenzione.testing import operator, ticket_in
from tests.harness import services
from tests.harness.races import size
from tests.harness.server import PortalServer

from .talkers import Phone

ROOMS, IN_A_ROOM = size(2, 10), size(3, 5)
MESSAGES = size(8, 200)  # of each phone
PAUSE = size(2, 80) / 10  # seconds between two messages of a phone, on average
APP_KILLS, REDIS_KILLS = size(2, 20), size(1, 10)
BETWEEN_KILLS = size(2, 80)  # seconds at most: they come as long as the phones talk
WITHIN = 5.0  # seconds in which a gap is filled
PATIENCE = size(90, 3600)  # seconds for all to arrive


class Broker:
    """A Redis that is killed and comes back at the same address with nothing in its head."""

    def __init__(self, stack: ExitStack):
        self.stack = stack
        self.url = stack.enter_context(services.redis())

    def kill(self) -> None:
        with Redis.from_url(self.url) as client:
            os.kill(client.info()["process_id"], signal.SIGKILL)
        time.sleep(1)
        self.stack.enter_context(services.redis(urlsplit(self.url).port))


@pytest.mark.once
def test_nothing_is_lost_or_doubled_however_often_application_and_redis_die(committed_db, settings):
    settings.SECRET_KEY = committed_db.environment[
        "PORTAL_SECRET_KEY"
    ]  # by which the server knows the sessions
    with ExitStack() as stack:
        broker = Broker(stack)
        server = PortalServer(committed_db, REDIS_URL=broker.url)
        stack.callback(server.kill)
        server.start()
        phones = _phones(server)
        stack.callback(lambda: [phone.over.set() for phone in phones])
        began = time.monotonic()
        for phone in phones:
            phone.start()
        killed: list[str] = []
        killer = threading.Thread(target=_kill, args=(server, broker, killed), daemon=True)
        killer.start()

        _wait_until_all_is_heard(phones, killer)
        took = time.monotonic() - began
        for phone in phones:
            phone.over.set()
        for phone in phones:
            phone.hang_up()
        server.kill()

    waits = sorted(_waits(phones))
    print(  # noqa: T201 - quoted when the proof is run at full size
        f"{len(phones)} phones × {MESSAGES} messages in rooms of {IN_A_ROOM}, {APP_KILLS} kills of the application, "
        f"{REDIS_KILLS} of Redis, {took:.0f} s: {sum(len(phone.heard) for phone in phones)} deliveries, "
        f"half of them within {waits[len(waits) // 2]:.2f} s, the slowest after {waits[-1]:.2f} s"
    )
    assert (killed.count("application"), killed.count("redis")) == (APP_KILLS, REDIS_KILLS)
    for phone in phones:
        total = IN_A_ROOM * MESSAGES
        assert sorted(phone.heard) == list(range(1, total + 1)), "none is missing"
        assert all(len(moments) == 1 for moments in phone.heard.values()), "none comes twice"
    for talk in {phone.talk for phone in phones}:
        texts = list(talk.messages.values_list("text", flat=True))
        assert len(texts) == len(set(texts)) == IN_A_ROOM * MESSAGES
    assert waits[-1] < WITHIN


def _phones(server: PortalServer) -> list[Phone]:
    phones = []
    for _ in range(ROOMS):
        talk = Conversation.about(ticket_in())
        for _ in range(IN_A_ROOM):
            phones.append(
                Phone(port=server.port, person=operator(), talk=talk, messages=MESSAGES, pause=PAUSE)
            )
    return phones


def _kill(server: PortalServer, broker: Broker, killed: list[str]) -> None:
    dice = random.Random(7)
    turns = ["application"] * APP_KILLS + ["redis"] * REDIS_KILLS
    dice.shuffle(turns)
    for turn in turns:
        time.sleep(dice.uniform(1, BETWEEN_KILLS))
        if turn == "redis":
            broker.kill()
        else:
            server.kill()
            server.start()
        killed.append(turn)


def _wait_until_all_is_heard(phones: list[Phone], killer: threading.Thread) -> None:
    deadline = time.monotonic() + PATIENCE
    while killer.is_alive() or any(len(phone.heard) < IN_A_ROOM * MESSAGES for phone in phones):
        if time.monotonic() > deadline:
            least = min(phones, key=lambda phone: len(phone.heard))
            pytest.fail(f"{least.person} heard {len(least.heard)} and sent {least.sent} in {PATIENCE} s")
        time.sleep(0.2)


def _waits(phones: list[Phone]):
    """How long each message took to each phone, from when it was stored or, if that was later, from when the phone
    had a connection again."""
    for phone in phones:
        stored = {
            number: moment.timestamp()
            for number, moment in phone.talk.messages.values_list("number", "sent_at")
        }
        for number, (heard, *_rest) in phone.heard.items():
            back = max((moment for moment in phone.connected if moment <= heard), default=0)
            yield heard - max(stored[number], back)
