"""A request goes into one of few threads that stay, once."""

import asyncio
import threading

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse

from portal.handler import PAGES_AT_ONCE, SyncHandler


def answered(handler, many):
    """The answers to so many requests at once."""
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}

    async def ask():
        requests = (ASGIRequest(scope, None) for _ in range(many))
        return await asyncio.gather(*(handler.get_response_async(request) for request in requests))

    return asyncio.run(ask())


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
