"""How a request gets from the event loop to our views, all of which are synchronous."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django import setup
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase

PAGES_AT_ONCE = 8  # threads; more of them would only wait for each other (ADR 0034)


class SyncHandler(ASGIHandler):
    """One step into a thread for all middleware and the view together, and one back.

    Django's own handler returns to the loop between the two, because a view might be asynchronous, and gives each
    request a new thread, which opens a connection to the database of its own. Here threads stay, and their connections:
    those of the pages, and those in which Django tells of a request's beginning and end and reads what is streamed.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(PAGES_AT_ONCE, thread_name_prefix="page")
        self._idle: list[ThreadPoolExecutor] = []
        super().__init__()

    async def __call__(self, scope: dict[str, Any], receive: Callable, send: Callable) -> None:
        # One for each request at a time: what one streams holds no other up.
        beside = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=beside):
                await super().__call__(scope, receive, send)
        finally:
            if len(self._idle) < PAGES_AT_ONCE:
                self._idle.append(beside)
            else:
                beside.shutdown(wait=False)

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self._answer, thread_sensitive=False, executor=self._threads)(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        # Django's signals of a request's beginning and end come in another thread, and see to that one's connections.
        close_old_connections()
        try:
            return self.get_response(request)
        finally:
            close_old_connections()


def get_asgi_application() -> SyncHandler:
    setup(set_prefix=False)
    return SyncHandler()
