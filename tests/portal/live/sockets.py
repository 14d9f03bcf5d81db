"""What the tests of the WebSocket speak with: a server, browsers, sockets, and a topic whose watchers they choose."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from portal.events import record
from portal.live import watch
from portal.live.positions import positions_of
from portal.management.commands.serve import configuration
from portal.testing import clients

START_WITHIN = 20  # seconds
ANSWER_WITHIN = 5  # seconds
TOPIC = "tests.note"
TEXT, BINARY, CONTINUATION, PING = 0x1, 0x2, 0x0, 0x9

# Whom the topic is forbidden to, and whose question takes its time: keys of people.
refused: set[int] = set()
slow: dict[int, float] = {}


def position_of(topic: str) -> int:
    """Where a topic stands."""
    return positions_of({topic})[topic]


class Browser:
    """Somebody's browser, with the session that they signed in with; a visitor's, without."""

    def __init__(self, address: str, person=None):
        self.address = address
        self.client = clients.Browser(headers={"host": address})
        if person is not None:
            self.client.force_login(person, backend="portal.people.backends.EmailBackend")

    @property
    def cookies(self) -> str:
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self.client.cookies.items())

    def socket(
        self, origin: str | None = "own", path: str = "/ws/", host: str = "", **headers: str
    ) -> ClientConnection:
        """Open the WebSocket as a page of that origin would; None sends none, as no browser does.

        host: another name under which the browser found this machine.
        """
        return connect(
            f"ws://{host or self.address}{path}",
            sock=socket.create_connection(("127.0.0.1", int(self.address.rpartition(":")[2]))),
            origin=f"http://{self.address}" if origin == "own" else origin,
            additional_headers={"Cookie": self.cookies, **headers},
            compression=None,
            ping_interval=None,
            close_timeout=1,
            open_timeout=ANSWER_WITHIN,
        )

    def bare_socket(self) -> socket.socket:
        """The same without a library: for what no library would send, and for reading nothing."""
        bare = socket.socket()
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        bare.connect(("127.0.0.1", int(self.address.rpartition(":")[2])))
        lines = (
            "GET /ws/ HTTP/1.1",
            f"Host: {self.address}",
            f"Origin: http://{self.address}",
            f"Cookie: {self.cookies}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
        )
        bare.sendall("\r\n".join([*lines, "", ""]).encode())
        bare.settimeout(ANSWER_WITHIN)
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += bare.recv(1)
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        return bare


class Server:
    """The portal as `manage.py serve` runs it, without its worker, in a thread and on the database of the test."""

    def __init__(self):
        self._uvicorn = uvicorn.Server(configuration())
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._uvicorn.run, args=([self._socket],), daemon=True)
        self.address = f"localhost:{self._socket.getsockname()[1]}"
        self._open = ExitStack()

    def __enter__(self) -> Server:
        self._thread.start()
        deadline = time.monotonic() + START_WITHIN
        while not self._uvicorn.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.01)
        return self

    def __exit__(self, *raised) -> None:
        self.hang_up()
        self._uvicorn.should_exit = True
        self._thread.join(START_WITHIN)
        self._socket.close()
        assert not self._thread.is_alive(), "the server did not stop"

    def hang_up(self) -> None:
        """Close what `socket_of` has opened."""
        self._open.close()

    def browser_of(self, person=None) -> Browser:
        return Browser(self.address, person)

    def socket_of(self, person, *topics: str, browser: Browser | None = None) -> ClientConnection:
        """A socket of that person that has subscribed to the topics; closed after the test."""
        opened = self._open.enter_context((browser or self.browser_of(person)).socket())
        for topic in topics:
            assert "event" in ask(opened, topic), f"{person} may not watch {topic}"
        return opened


def about(person) -> str:
    return f"{TOPIC}:{person.pk}"


def write_about(person, kind: str = "tests.note.written"):
    """A fact that moves the topic about that person."""
    return record(kind, person)


def say(opened: ClientConnection, message) -> None:
    opened.send(message if isinstance(message, str | bytes) else json.dumps(message))


def hear(opened: ClientConnection, within: float = ANSWER_WITHIN) -> dict:
    return json.loads(opened.recv(timeout=within))


def ask(opened: ClientConnection, topic: str, **more) -> dict:
    """Subscribe, and what comes back."""
    say(opened, {"subscribe": topic, **more})
    return hear(opened)


def end_of(opened: ClientConnection, within: float = ANSWER_WITHIN) -> int | None:
    """The code that the socket is closed with in so many seconds; None if it stays open. 1006: without a word."""
    deadline = time.monotonic() + within
    try:
        while True:
            opened.recv(timeout=max(0.0, deadline - time.monotonic()))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006
    except TimeoutError:
        return None


def is_quiet(opened: ClientConnection, seconds: float = 0.3) -> bool:
    try:
        opened.recv(timeout=seconds)
    except TimeoutError:
        return True
    return False


def frame(kind: int, content: bytes = b"", last: bool = True) -> bytes:
    """One frame of a client, as it goes over the wire (the mask is nought)."""
    length = bytes([0x80 | len(content)]) if len(content) < 126 else b"\xfe" + len(content).to_bytes(2, "big")
    return bytes([0x80 * last | kind]) + length + bytes(4) + content


@contextmanager
def eventually(within: float) -> Iterator[None]:
    """The block takes so many seconds at most."""
    started = time.monotonic()
    yield
    took = time.monotonic() - started
    assert took < within, f"it took {took:.1f} s"


def sockets_kept_for(person, within: float = ANSWER_WITHIN) -> int:
    """How many sockets of theirs the server has, once none is left; else after so many seconds."""
    deadline = time.monotonic() + within
    while True:
        kept = sum(c.entry.user_id == person.pk for here in list(watch._open.values()) for c in list(here))
        if not kept or time.monotonic() > deadline:
            return kept
        time.sleep(0.02)
