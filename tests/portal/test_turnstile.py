"""Sign-ins pass one at a time, and whoever sends slowly, or too much, holds nobody up."""

import asyncio

import pytest

from portal import edge, turnstile
from portal.edge import Edge

pytestmark = pytest.mark.once

DOOR, PAGE = "/account/login/", "/casa/"


class App:
    """Answers 200 after a moment, and notes how many requests it had at a time."""

    def __init__(self):
        self.doors = self.most_doors = 0
        self.order = []

    async def __call__(self, scope, receive, send):
        door = turnstile.is_door(scope)
        self.doors += door
        self.most_doors = max(self.most_doors, self.doors)
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message["more_body"]:
                break
        await asyncio.sleep(0.01)
        self.doors -= door
        self.order.append((scope["path"], scope["client"][0], body))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def app():
    return App()


@pytest.fixture
def ask(app):
    """`await ask(path, client="…", body=[b"…"])`: the status. A chunk may be an Event to wait for, or None: gone."""
    front = Edge(app)

    async def ask(path, client="192.0.2.1", body=(b"",), headers=(), reads=None):
        chunks, sent = list(body), []

        async def receive():
            if not chunks:
                await asyncio.sleep(60)
            chunk = chunks.pop(0)
            if isinstance(chunk, asyncio.Event):
                await chunk.wait()
                chunk = b""
            if chunk is None:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message):
            if reads:
                await reads.wait()
            sent.append(message)

        scope = {"type": "http", "path": path, "client": (client, 1), "headers": list(headers)}
        await front(scope, receive, send)
        return next((m["status"] for m in sent if m["type"] == "http.response.start"), None)

    return ask


async def test_sign_ins_pass_one_at_a_time(app, ask):
    paths = [DOOR, "/ar/account/login/", "/account/login/code/", "/en/account/password/reset/"]
    assert await asyncio.gather(*(ask(path) for path in paths * 3)) == [200] * 12
    assert app.most_doors == 1


async def test_other_pages_do_not_wait_in_that_line(app, ask):
    line = [asyncio.create_task(ask(DOOR, client=f"192.0.2.{number}")) for number in range(30)]
    await asyncio.sleep(0.015)
    assert await ask(PAGE) == 200
    assert len(app.order) < 10
    assert await asyncio.gather(*line) == [200] * 30


async def test_whoever_sends_slowly_holds_nobody_up(app, ask):
    arrives = asyncio.Event()
    slow = asyncio.create_task(ask(DOOR, body=[b"login=", arrives, b"anna"]))
    await asyncio.sleep(0)
    assert await ask(DOOR, client="192.0.2.2", body=[b"login=b"]) == 200
    arrives.set()
    assert await slow == 200
    assert [body for _path, _client, body in app.order] == [b"login=b", b"login=anna"]


async def test_whoever_reads_nothing_holds_nobody_up(app, ask):
    """A server waits with `send` until a client has read what was sent before."""
    reads = asyncio.Event()
    deaf = asyncio.create_task(ask(DOOR, reads=reads))
    await asyncio.sleep(0)
    assert await ask(DOOR, client="192.0.2.2") == 200
    assert not deaf.done()
    reads.set()
    assert await deaf == 200


async def test_one_client_fills_only_its_own_share_of_the_line(ask):
    flood = [asyncio.create_task(ask(DOOR)) for _ in range(turnstile.OF_A_CLIENT + 5)]
    await asyncio.sleep(0)
    assert await ask(DOOR, client="192.0.2.2") == 200
    answers = await asyncio.gather(*flood)
    assert answers.count(429) == 5
    assert answers.count(200) == turnstile.OF_A_CLIENT
    assert await ask(DOOR) == 200  # the line is free again


async def test_a_line_that_is_full_takes_nobody_in(ask, monkeypatch):
    monkeypatch.setattr(turnstile, "IN_ALL", 3)
    answers = await asyncio.gather(*(ask(DOOR, client=f"192.0.2.{number}") for number in range(5)))
    assert sorted(answers) == [200, 200, 200, 429, 429]


async def test_whoever_signs_in_sends_a_few_words(ask):
    much = [b"x" * 1024] * 65
    assert edge.DOOR_BODY == 64 * 1024
    assert await ask(DOOR, body=much) == 413
    assert await ask(DOOR, headers=[(b"content-length", b"65537")]) == 413
    assert await ask(PAGE, body=much) == 200


async def test_whoever_has_gone_leaves_the_line(ask):
    assert await ask(DOOR, body=[b"login=", None]) == 200  # Django itself answers nobody
    assert await ask(DOOR) == 200
