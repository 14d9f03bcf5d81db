"""The WebSocket's way in: one address, our own origins only, and the session that the browser has anyway."""

from channels.auth import AuthMiddlewareStack
from channels.security.websocket import AllowedHostsOriginValidator

from .consumer import LiveConsumer

ADDRESS = "/ws/"
NO_SUCH_ADDRESS = 4404

_at_the_address = AllowedHostsOriginValidator(AuthMiddlewareStack(LiveConsumer.as_asgi()))


async def live_application(scope, receive, send):
    if scope["path"] == ADDRESS:
        await _at_the_address(scope, receive, send)
    else:
        # A router would raise, and fill the log with what strangers try.
        await receive()
        await send({"type": "websocket.close", "code": NO_SUCH_ADDRESS})
