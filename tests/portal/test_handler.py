"""A request goes into one of few threads that stay, once."""

import asyncio
import threading

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.core.signals import request_started
from django.http import HttpResponse, StreamingHttpResponse

from portal.handler import PAGES_AT_ONCE, SyncHandler


def answered(handler, many):
    """The answers to so many requests at once."""
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}

    async def ask():
        requests = (ASGIRequest(scope, None) for _ in range(many))
        return await asyncio.gather(*(handler.get_response_async(request) for request in requests))

    return asyncio.run(ask())


async def served(handler, path="/") -> bytes:
    """The body of the answer to a request as the server hands it over."""
    asked, sent = iter([{"type": "http.request", "body": b""}]), []

    async def receive():
        try:
            return next(asked)
        except StopIteration:
            await asyncio.Event().wait()  # the connection stays open

    async def send(message):
        sent.append(message.get("body", b""))

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    await handler(scope, receive, send)
    return b"".join(sent)


@pytest.fixture
def begun_in():
    """The threads in which requests were said to begin."""
    threads = []

    def note(**_told):
        threads.append(threading.current_thread())

    request_started.connect(note)
    yield threads
    request_started.disconnect(note)


def test_one_request_after_the_other_begins_in_the_same_thread(monkeypatch, begun_in):
    handler = SyncHandler()
    monkeypatch.setattr(handler, "_middleware_chain", lambda request: HttpResponse("page"))

    async def several():
        return [await served(handler) for _ in range(3)]

    assert asyncio.run(several()) == [b"page"] * 3
    assert len(begun_in) == 3
    assert len(set(begun_in)) == 1


def test_what_one_request_streams_holds_no_other_up(monkeypatch):
    handler, others_are_done = SyncHandler(), threading.Event()

    def rows():
        yield "first"
        assert others_are_done.wait(10)
        yield "last"

    def view(request):
        return StreamingHttpResponse(rows()) if request.path == "/export/" else HttpResponse("page")

    async def all_of_them():
        export = asyncio.create_task(served(handler, "/export/"))
        pages = await asyncio.gather(*(served(handler) for _ in range(3 * PAGES_AT_ONCE)))
        others_are_done.set()
        return pages, await export

    monkeypatch.setattr(handler, "_middleware_chain", view)
    pages, export = asyncio.run(all_of_them())
    assert pages == [b"page"] * 3 * PAGES_AT_ONCE
    assert export == b"firstlast"
    assert len(handler._idle) == PAGES_AT_ONCE, "as many stay as pages are made at once"


def test_middleware_and_view_run_in_the_same_thread_of_those_that_stay(monkeypatch):
    names, handler = [], SyncHandler()
    inner = threading.Barrier(PAGES_AT_ONCE, timeout=10)

    def view(request):
        inner.wait()  # all threads are at work at the same time
        names.append(threading.current_thread().name)
        return HttpResponse("page")

    monkeypatch.setattr(handler, "_middleware_chain", view)
    for _ in range(2):
        assert [answer.content for answer in answered(handler, PAGES_AT_ONCE)] == [b"page"] * PAGES_AT_ONCE
    assert len(names) == 2 * PAGES_AT_ONCE
    assert len(set(names)) == PAGES_AT_ONCE
    assert all(name.startswith("page") for name in names)
