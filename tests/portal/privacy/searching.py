"""Where a marker can be found: every column of every table, every file, the cache, and the database's raw bytes."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import connection

from risparmio.bank.models import StatementFile


def found(markers: Iterable[str], *, raw: bool = True) -> set[tuple[str, str]]:
    """(marker, place) of each that is found. Looks for all at once; spelling in whatever case counts."""
    wanted = [(marker, marker.lower().encode()) for marker in markers]
    places = [tables(), sessions(), files_of_banks(), files(), cached()]
    if raw:
        places.append(raw_bytes())
    hits = set()
    for place, content in (pair for source in places for pair in source):
        lower = content.lower()
        hits.update((marker, place) for marker, needle in wanted if needle in lower)
    return hits


def tables() -> Iterator[tuple[str, bytes]]:
    """Whatever the database calls a table, ours or not, the shadow tables of an index for words among them."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    for table in names:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description or ()]
            content = {column: bytearray() for column in columns}
            for row in cursor:
                for column, value in zip(columns, row, strict=True):
                    content[column] += _bytes(value) + b"\n"
        yield from ((f"table {table}.{column}", bytes(text)) for column, text in content.items())


def _bytes(value) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    # Text within JSON within text: é stands there as \\u00e9.
    return text.encode() + text.encode().decode("unicode_escape", "replace").encode("utf-8", "replace")


def sessions() -> Iterator[tuple[str, bytes]]:
    """A session's row is signed and packed."""
    for session in Session.objects.all():
        yield "a session", json.dumps(session.get_decoded(), default=str).encode()


def files_of_banks() -> Iterator[tuple[str, bytes]]:
    """What a bank wrote is packed."""
    for file in StatementFile.objects.all():
        yield "a bank's file", file.content


def files() -> Iterator[tuple[str, bytes]]:
    """Names and content of all that the installation has written, archives opened; not the database."""
    for root in {Path(settings.MEDIA_ROOT), Path(settings.VAR)}:
        for path in root.rglob("*"):
            if not path.is_file() or path.name.startswith("portal.sqlite3"):
                continue
            content = path.read_bytes()
            name = str(path.relative_to(root))
            yield f"file {path.parent.relative_to(root)}", name.encode() + b"\n" + content
            if zipfile.is_zipfile(io.BytesIO(content)):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    for member in archive.namelist():
                        yield f"archive {path.parent.name}", member.encode() + archive.read(member)


def cached() -> Iterator[tuple[str, bytes]]:
    for alias in settings.CACHES:
        cache = caches[alias]
        if hasattr(cache, "_cache") and isinstance(cache._cache, dict):
            for key, value in list(cache._cache.items()):
                yield f"cache {alias}", key.encode() + value
            continue
        from redis import Redis

        with Redis.from_url(settings.CACHES[alias]["LOCATION"]) as client:
            for key in client.scan_iter():
                if client.type(key) == b"string":
                    yield f"cache {alias}", key + (client.get(key) or b"")


def raw_bytes() -> Iterator[tuple[str, bytes]]:
    """The database's own files. SQLite: the file and its journal. PostgreSQL: the data files of this database, once
    VACUUM has thrown dead rows away (its write-ahead log goes on for a while: see NOT_SEARCHED). What the planner
    has noted of the values is not renewed by looking: that is the erasure's to do."""
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        for path in database.parent.glob(f"{database.name}*"):
            yield f"raw {path.name.removeprefix(database.name) or 'database'}", path.read_bytes()
        return
    with connection.cursor() as cursor:
        _wait_until_nobody_looks_back(cursor)
        # FULL alone keeps rows that died while somebody was writing in another database of the same server: its own
        # snapshot reaches back to them. The plain one has no snapshot that counts, and leaves FULL none to carry over.
        for statement in ("VACUUM", "VACUUM FULL", "VACUUM FULL pg_statistic", "CHECKPOINT"):
            cursor.execute(statement)
        cursor.execute("SHOW data_directory")
        home = Path(cursor.fetchone()[0])
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        base = home / "base" / str(cursor.fetchone()[0])
        cursor.execute("SELECT pg_relation_filenode(oid)::text, relname FROM pg_class")
        names = dict(cursor.fetchall())
    paths = list(base.iterdir())
    assert paths, f"{base} is not to be read: run it where the server's files are"
    for path in paths:
        node = re.match(r"\d*", path.name)[0]
        yield f"raw data file of {names.get(node, path.name)}", path.read_bytes()


def _wait_until_nobody_looks_back(cursor: Any) -> None:
    """What somebody's snapshot or open transaction may still see, no VACUUM throws away."""
    for _attempt in range(300):
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)"
        )
        if not cursor.fetchone()[0]:
            return
        time.sleep(0.1)
    raise AssertionError("somebody keeps a transaction open in this database")


NOT_SEARCHED = {
    "pg_wal": "PostgreSQL's write-ahead log holds what was written until its segments are used anew, some minutes to "
    "hours later; an archive of it is a backup, and is kept as long as one (docs/operations.md).",
    "the mail server": "A letter that was sent lies with whoever received it.",
    "backups": "They are kept apart and for weeks; a restore erases again (tests/portal/test_backup.py).",
}
