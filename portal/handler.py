"""How a request gets from the event loop to our views, all of which are synchronous."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django import setup
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest


class SyncHandler(ASGIHandler):
    """One step into a thread for all middleware and the view together, and one back.

    Django's own handler returns to the loop between the two, because a view might be asynchronous: ours are not, and
    each change of thread waits for its turn.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> Any:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


def get_asgi_application() -> SyncHandler:
    setup(set_prefix=False)
    return SyncHandler()
