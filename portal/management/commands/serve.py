from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import uvicorn
from django.conf import settings
from django.core.checks import Tags
from django.core.management import BaseCommand, CommandError, call_command
from uvicorn.protocols.http.h11_impl import H11Protocol

from portal.live.protocol import SocketProtocol
from portal.tasks.worker import WorkerThreads

LOOPBACK = ("127.0.0.1", "::1")
STOP_WITHIN = 5  # seconds for what is under way, and as many for the worker


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP, but somebody who connects and does not finish saying what they want is hung up on."""

    PATIENCE = 20  # seconds for the head of a request; its body is the edge's to watch (portal/edge.py)

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport):
        super().connection_made(transport)
        self._watch()

    def data_received(self, data):
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc):
        self._stop_waiting()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if not self._is_between_requests():
            self._stop_waiting()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(self.PATIENCE, self._hang_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hang_up(self) -> None:
        self._waiting = None
        # A WebSocket has taken the connection over; its protocol looks after it.
        if self.transport.get_protocol() is self and self._is_between_requests():
            self.transport.close()

    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete


class Command(BaseCommand):
    help = (
        "Serve everything from this one process: pages, files, the live connection and the background work."
    )

    def add_arguments(self, parser):
        parser.add_argument("--host", help="an address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--no-worker",
            dest="with_worker",
            action="store_false",
            help="leave the background work to `manage.py worker`",
        )

    def handle(self, *args, host: str | None, port: int, with_worker: bool, **options):
        # What the database itself has to refuse, it still refuses.
        self.check(tags=[Tags.database], databases=["default"])
        sockets = _listen(host, port)
        _gather_static_files()
        server = uvicorn.Server(configuration())
        # uvicorn raises the signal again when it has stopped: the worker is still to be waited for.
        signal.signal(signal.SIGTERM, lambda *_: None)
        worker = WorkerThreads() if with_worker else None
        if worker:
            worker.start()
        # The passkey ceremony needs the name; the address in figures works as well.
        self.stdout.write(
            self.style.SUCCESS(f"{settings.PORTAL_NAME} is at http://{host or 'localhost'}:{port}")
        )
        try:
            server.run(sockets=sockets)
        except KeyboardInterrupt:
            pass
        finally:
            if worker:
                worker.stop(STOP_WITHIN)


def configuration() -> uvicorn.Config:
    """How uvicorn serves the portal."""
    return uvicorn.Config(
        "portal.asgi:application",
        http=PatientProtocol,
        lifespan="off",
        ws=SocketProtocol,
        ws_max_size=4096,  # bytes; a message names a topic and no more
        ws_per_message_deflate=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=STOP_WITHIN,
        access_log=settings.DEBUG,
        log_level="info" if settings.DEBUG else "warning",
    )


def _listen(host: str | None, port: int) -> list[socket.socket]:
    """Sockets on that address, or on both of this machine's own: browsers take "localhost" for one or the other."""
    sockets = []
    for address in (host,) if host else LOOPBACK:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            # Named by its protocol: otherwise asyncio does not take it for TCP and leaves Nagle's delay on, and an
            # answer's body waits up to 40 ms until the client has confirmed its head.
            listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address, port))
        except OSError as error:
            if address == "::1":
                continue  # a machine without IPv6
            raise CommandError(
                f"Port {port} cannot be used: {error.strerror}. Choose another with --port."
            ) from error
        listening.listen(512)
        listening.setblocking(False)
        sockets.append(listening)
    return sockets


def _gather_static_files() -> None:
    """`make` gathers them whenever they change; who starts by hand on a fresh machine has them all the same."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
