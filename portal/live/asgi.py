"""The WebSocket's way in: one address, our own pages only, and the session that the browser has anyway."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from channels.auth import AuthMiddlewareStack
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest

from .consumer import LiveConsumer

ADDRESS = "/ws/"
NO_SUCH_ADDRESS = 4404


async def _socket(scope, receive, send) -> None:
    await LiveConsumer(scope, receive, send).run()


_with_session = AuthMiddlewareStack(_socket)


async def live_application(scope, receive, send) -> None:
    if scope["path"] == ADDRESS and is_opened_by_us(scope):
        await _with_session(scope, receive, send)
    else:
        # Refused before it is accepted, which is a 403. A router would raise, and fill the log with what strangers try.
        await receive()
        await send({"type": "websocket.close", "code": NO_SUCH_ADDRESS})


def is_opened_by_us(scope: dict[str, Any]) -> bool:
    """Whether a page of ours opens the socket.

    A browser sends our cookies along with any site's socket, and says whose page it was. The rule is the one by which
    Django takes a form: scheme, host and port are the request's own, or a trusted origin's. By the host alone, whatever
    else is served on another port of it would be let in with everybody's session.
    """
    scheme = {"ws": "http", "wss": "https"}.get(scope.get("scheme", "ws"), "http")
    request = ASGIRequest({**scope, "method": "GET", "scheme": scheme}, BytesIO())
    try:
        own = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return False
    origin = request.headers.get("Origin", "")
    return origin == own or origin in settings.CSRF_TRUSTED_ORIGINS
