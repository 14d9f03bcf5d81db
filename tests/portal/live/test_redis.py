"""A Redis between the processes, which may die, stall and come back with nothing in its head.

In every stage: the tests bring their own Redis, because they kill it.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest
import requests
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connections
from redis import Redis

from portal.live import consumer, hints, watch
from portal.live.watch import SIGNED_OUT
from portal.tasks.worker import beat
from tests.harness import services
from tests.portal.live.sockets import Server, about, end_of, eventually, hear, write_about


class Broker:
    """A Redis server of the test's own."""

    def __init__(self):
        self._running = ExitStack()
        self.url = self._running.enter_context(services.redis())

        with Redis.from_url(self.url) as client:
            self.pid = client.info()["process_id"]

    def die(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self._running.close()

    def come_back(self) -> None:
        """Another process, at the same address and with nothing in its head."""
        self._running.enter_context(services.redis(urlsplit(self.url).port))

    def stall(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        self._running.close()


@pytest.fixture
def broker(settings):
    running = Broker()
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [running.url]}}
    }
    yield running
    running.close()


@pytest.fixture
def idle_watch(monkeypatch):
    """The watch does not come round: what is told, a hint has told."""
    monkeypatch.setattr(watch, "EVERY", 3600.0)


@pytest.fixture
def somewhere_else():
    """`somewhere_else(work)`: as in a process that serves no sockets, the web's or the worker's."""

    def put(work):
        loop, hints._loop = hints._loop, None
        try:
            return work()
        finally:
            hints._loop = loop

    return put


def health(portal: Server) -> tuple[int, str]:
    """What whoever looks after the portal is answered, and what it says of the channel layer."""
    answer = requests.get(f"http://{portal.address}/healthz", timeout=10)
    return answer.status_code, answer.json()["channel_layer"]


def test_a_fact_of_another_process_is_told(broker, idle_watch, portal, note, anna, somewhere_else):
    hers = portal.socket_of(anna, about(anna))

    fact = somewhere_else(lambda: write_about(anna))

    with eventually(within=2):
        assert hear(hers)["event"] == fact.pk


def test_a_process_that_serves_sockets_says_that_it_is_well(broker, portal, note, anna):
    """Whoever waits for hints must not keep whoever asks for the state from hearing back."""
    beat("worker")
    portal.socket_of(anna, about(anna))

    for _ in range(3):
        with eventually(within=1):
            assert health(portal) == (200, "ok")


@pytest.mark.django_db
def test_a_lock_that_a_loop_left_behind_makes_nobody_ill(broker, client):
    """A loop may end between the receipt of a message and its cleaning up: the channel's lock then stays for ever."""

    @async_to_sync
    async def receive_and_end():
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.receive_clean_locks.acquire(layer.prefix + layer.non_local_name(channel))

    receive_and_end()

    for _ in range(3):
        assert client.get("/healthz").json()["channel_layer"] == "ok"


def test_sockets_outlive_the_redis_and_hear_hints_again_when_it_is_back(
    broker, quick_watch, portal, note, anna, bruno, monkeypatch
):
    monkeypatch.setattr(consumer, "PATIENCE", 0.5)
    beat("worker")
    hers = portal.socket_of(anna, about(anna))

    broker.die()

    fact = write_about(anna)
    assert hear(hers)["event"] == fact.pk, "by the watch"
    his = portal.socket_of(bruno, about(anna))  # who comes now comes in
    assert health(portal) == (503, "failing")
    bruno.end_sessions()
    assert end_of(his) == SIGNED_OUT

    broker.come_back()

    monkeypatch.setattr(watch, "EVERY", 3600.0)
    threading.Event().wait(2 * quick_watch)  # its last round
    # Connections that were open before break at their first use, and what went by them is lost.
    with eventually(within=5):
        while health(portal) != (200, "ok"):
            pass
    for _ in range(10):
        fact = write_about(anna)
        with suppress(TimeoutError):
            assert hear(hers, within=0.5)["event"] == fact.pk
            break
    else:
        pytest.fail("no hint arrives at the socket that was open all the time")


def test_a_redis_that_has_stalled_holds_up_neither_facts_nor_closings(
    broker, quick_watch, portal, note, anna, bruno, somewhere_else
):
    """It takes connections and answers nothing, which is worse than being dead."""
    beat("worker")
    hers, his = portal.socket_of(anna, about(anna)), portal.socket_of(bruno, about(anna))
    broker.stall()
    try:
        with eventually(within=2 * hints.PATIENCE):
            fact = somewhere_else(lambda: write_about(anna))
        assert fact.pk
        assert hear(hers)["event"] == fact.pk

        with eventually(within=5):
            assert health(portal) == (503, "failing")

        anna.end_sessions()
        assert end_of(hers) == SIGNED_OUT
        assert hear(his)["event"] == fact.pk
    finally:
        broker.go_on()


def test_a_fact_of_a_process_that_dies_at_once_is_told(broker, idle_watch, portal, note, anna):
    """A real process, which states a fact, hints, and is gone."""
    hers = portal.socket_of(anna, about(anna))
    connections.close_all()

    child = os.fork()
    if not child:
        try:
            hints._loop = None
            write_about(anna)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)

    assert hear(hers)["topic"] == about(anna)
