"""Static files from the same process as the pages, without a page having to pass through the event loop for them."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import async_to_sync, sync_to_async
from django.http import HttpRequest, HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware


class StaticFilesMiddleware:
    """ServeStatic is asynchronous only: in a row of synchronous middleware every page would go from its thread to the
    loop and back. Only what it serves goes that way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.static = ServeStaticMiddleware(sync_to_async(get_response))
        self._serve = async_to_sync(self.static)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_static = self.static.autorefresh or request.path_info in self.static.files
        return self._serve(request) if is_static else self.get_response(request)
