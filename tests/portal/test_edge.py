"""The edge in front of a real uvicorn: what is too large or too slow is answered and costs the server nothing."""

import asyncio
import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.edge import Edge, WsgiEdge, refusal_page

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
MEBIBYTE = 1024 * 1024
TOO_MUCH = 200 * MEBIBYTE


class Server:
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.upload_dir = folder
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "tests.portal.edge_server:application",
            "--port",
            str(self.port),
        ]
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**environment, "UPLOAD_DIR": str(folder)}, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.connect().close()
                return
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=15)

    def peak_memory(self):
        """The most bytes the process ever held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def post(self, path, body, **headers):
        """(status, headers, page), read even if the server stopped reading what we send."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(
                "POST", path, body=body, headers=headers, encode_chunked="Content-Length" not in headers
            )
        answer = connection.getresponse()
        try:
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("bodies"))
    yield server
    server.process.terminate()
    server.process.wait(10)


def megabytes(count):
    block = b"x" * MEBIBYTE
    for _ in range(count):
        yield block


def head(path="/", *lines):
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def everything_from(connection):
    """What the server says until it ends the connection."""
    answer = b""
    while block := connection.recv(65536):
        answer += block
    return answer.decode()


def test_what_is_within_the_limit_arrives_whole(server):
    status, _, page = server.post("/", megabytes(30))
    assert (status, page) == (200, str(30 * MEBIBYTE))


def test_an_announced_200_mb_is_refused_before_a_byte_of_it(server):
    with server.connect() as connection:
        started = time.monotonic()
        connection.sendall(head("/", f"Content-Length: {TOO_MUCH}"))
        answer = connection.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert time.monotonic() - started < 2
    assert "connection: close" in answer.lower()


@pytest.mark.parametrize("announced", [True, False], ids=["with a length", "chunked"])
def test_200_mb_get_a_page_and_cost_no_memory_and_no_disk(server, announced):
    before = server.peak_memory()
    headers = {"Content-Length": str(TOO_MUCH)} if announced else {}
    status, headers, page = server.post("/en/manutenzione/segnala/", megabytes(200), **headers)
    assert status == 413
    assert "30 MB" in page
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert server.peak_memory() - before < TOO_MUCH
    assert list(server.upload_dir.iterdir()) == []
    assert server.post("/", b"still here")[2] == "10"


def test_who_is_somewhat_over_may_finish_sending_and_read_the_page(server):
    """A browser whose connection breaks while it sends shows an error of its own instead of our page."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
    connection.request(
        "POST", "/", body=megabytes(50), encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
    )
    assert connection.getresponse().status == 413
    connection.close()


def test_a_browser_that_asks_first_is_refused_without_being_told_to_go_on(server):
    with server.connect() as connection:
        connection.sendall(head("/", f"Content-Length: {TOO_MUCH}", "Expect: 100-continue"))
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("path", "attributes"),
    [
        ("/manutenzione/", 'lang="it" dir="ltr"'),
        ("/en/x", 'lang="en" dir="ltr"'),
        ("/ar/x", 'lang="ar" dir="rtl"'),
    ],
)
def test_the_page_speaks_the_language_of_the_address(server, path, attributes):
    with server.connect() as connection:
        connection.sendall(head(path, f"Content-Length: {TOO_MUCH}"))
        page = ""
        while "</html>" not in page and (more := connection.recv(65536)):
            page += more.decode()
    assert attributes in page


def test_a_body_that_stalls_is_answered_408_and_the_connection_ends(server):
    with server.connect() as connection:
        connection.sendall(head("/", "Content-Length: 1000") + b"half")
        started = time.monotonic()
        answer = everything_from(connection)
    assert answer.startswith("HTTP/1.1 408 ")
    assert 0.9 < time.monotonic() - started < 5


def test_a_body_that_trickles_is_stalled_as_well(server):
    """Its bytes come often enough to never be idle, but at that pace the form would take days."""
    with server.connect() as connection:
        connection.sendall(head("/", "Content-Length: 100000"))
        connection.settimeout(0.3)
        started = time.monotonic()
        answer = b""
        while not answer and time.monotonic() - started < 10:
            connection.sendall(b"x")
            try:
                answer = connection.recv(65536)
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_finished_request_may_take_its_time(settings):
    """The idle time is about the body: a view that works for long, or a long answer, is nobody's stall."""
    settings.PORTAL_BODY_IDLE = 0.05
    messages, sent = asyncio.Queue(), []
    messages.put_nowait({"type": "http.request", "body": b"", "more_body": False})

    async def slow_application(scope, receive, send):
        await receive()
        waiting = asyncio.create_task(receive())
        await asyncio.sleep(0.2)
        assert not waiting.done()
        waiting.cancel()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message["status"])

    await Edge(slow_application)({"type": "http", "headers": [], "path": "/"}, messages.get, send)
    assert sent == [200]


async def test_sockets_and_lifespan_pass_untouched():
    seen = []

    async def application(scope, receive, send):
        seen.append((scope["type"], receive, send))

    for kind in ("websocket", "lifespan"):
        await Edge(application)({"type": kind}, "receive", "send")
    assert seen == [("websocket", "receive", "send"), ("lifespan", "receive", "send")]


def test_under_wsgi_the_announced_length_counts(settings):
    settings.PORTAL_MAX_BODY = MEBIBYTE
    started = []
    application = WsgiEdge(lambda environ, start_response: [b"through"])

    def visit(length):
        environ = {"CONTENT_LENGTH": length, "PATH_INFO": "/en/x"}
        return b"".join(application(environ, lambda status, headers: started.append(status)))

    assert [visit(length) for length in ("", "12", str(MEBIBYTE))] == [b"through"] * 3
    assert b'lang="en"' in visit(str(MEBIBYTE + 1))
    assert started == ["413 Content Too Large"]


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("{{ LANGUAGE_CODE }}: {{ limit }} MB at most", "ar: 30 MB at most"),
        ("{% nonsense %}", "<h1>"),
        (None, "<h1>"),
    ],
    ids=["its own", "broken", "none"],
)
def test_the_site_may_bring_its_own_page_and_a_broken_one_does_not_hide_the_refusal(
    settings, tmp_path, template, page
):
    settings.PORTAL_MAX_BODY = 30 * MEBIBYTE
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path]}]
    if template:
        (tmp_path / "413.html").write_text(template)
    assert page in refusal_page(413, "/ar/casa/").decode()


def test_the_page_says_how_much_may_be_sent(settings):
    settings.PORTAL_MAX_BODY = 7 * MEBIBYTE

    assert "larger than 7 MB" in refusal_page(413, "/en/casa/").decode()


@pytest.mark.parametrize("status", [408, 413])
def test_the_page_is_of_this_installation(settings, status):
    settings.PORTAL_NAME, settings.PORTAL_EMERGENCY_NUMBER = "Casa Nostra", "118"
    page = refusal_page(status, "/")

    assert b"Casa Nostra" in page
    assert b'href="tel:118"' in page
    assert b"Abitare" not in page
