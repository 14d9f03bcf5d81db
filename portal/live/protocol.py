"""The WebSocket under our consumer: uvicorn's, with an end to its patience."""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

MOST_FRAGMENTS = 16  # of one message, whose size has a limit, but whose empty parts are counted by nobody
TOO_BIG = 1009


class SocketProtocol(WebSocketsSansIOProtocol):
    """Who does not take what we say is not listened to meanwhile, and is hung up on in the end.

    Otherwise every ping is answered at once and the answers are kept until they are fetched, so that whoever sends
    pings and reads nothing fills our memory; and a connection that ends with something unsent stays for as long as the
    other side likes.
    """

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()

    async def receive(self):
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            if self.writable.is_set():
                self.transport.resume_reading()
        return message

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) < MOST_FRAGMENTS:
            super().handle_cont(event)
        elif not self.close_sent:
            self.conn.fail(TOO_BIG)
            self.handle_parser_exception()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._hang_up_later()

    async def run_asgi(self) -> None:
        await super().run_asgi()
        self._hang_up_later()

    def _hang_up_later(self) -> None:
        self.loop.call_later(self.close_timeout, self.transport.abort)
