import uvicorn
from django.conf import settings
from django.core.management import BaseCommand

from portal.tasks.worker import WorkerThreads


class Command(BaseCommand):
    help = "Serve everything from this one process: pages, files, the live connection and the background work."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, host: str, port: int, **options):
        server = uvicorn.Server(
            uvicorn.Config(
                "portal.asgi:application",
                host=host,
                port=port,
                ws="websockets-sansio",
                ws_max_size=4096,  # bytes; a message names a topic and no more
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=15,
                timeout_graceful_shutdown=5,
                log_level="info" if settings.DEBUG else "warning",
            )
        )
        worker = WorkerThreads()
        worker.start()
        # The passkey ceremony needs the name; the address in figures works as well.
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::"} else host  # noqa: S104
        self.stdout.write(self.style.SUCCESS(f"{settings.PORTAL_NAME} is at http://{shown}:{port}"))
        try:
            server.run()
        finally:
            worker.stop()
