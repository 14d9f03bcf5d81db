"""Template databases: migrated once, copied for every test process, race and server.

Flushing tables between tests would meet triggers that refuse it and would take away what migrations wrote; a copy of a
finished database is whole, and costs some milliseconds. Two kinds: "empty" is migrated, "demo" holds the demo as well.
A template is made again when a file that shapes it has changed. With DATABASE_URL set they live on that PostgreSQL
server, otherwise they are SQLite files below var/test/.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from . import PACKAGES, ROOT

CACHE = ROOT / "var" / "test"
# What a migrated database follows from; the demo follows from all code and data, and from the day, as it ends today.
SHAPES = {"models.py", "apps.py", "portal_hooks.py", "base.py", "roles.py"}
KEPT = 4  # templates of earlier states, for somebody who goes back and forth between two branches


@dataclass(frozen=True)
class Copy:
    """A copy of a template that belongs to one user of it.

    var: the directory with its media (and, on SQLite, its database); name: what Django calls the database's NAME;
    environment: what makes `manage.py` in another process use it.
    """

    var: Path
    name: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command on this copy; returns what it printed, and says all of it when it fails."""
        return run_manage(*arguments, environment=self.environment)


def run_manage(*arguments: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


@contextmanager
def copied(kind: str) -> Iterator[Copy]:
    """A fresh copy of the template of that kind ("empty" or "demo"); gone at the end of the block."""
    ensure(kind)
    template = _database(kind) if os.environ.get("DATABASE_URL") else ""
    with _place(template) as copy:
        _copy_files(_directory(kind), copy.var)
        yield copy


@contextmanager
def bare() -> Iterator[Copy]:
    """A place where nothing is yet: no file, and no table. Gone at the end of the block."""
    with _place("template0") as copy:
        yield copy


@contextmanager
def _place(template: str) -> Iterator[Copy]:
    """An empty directory and, on PostgreSQL, a database made from that template."""
    var = Path(tempfile.mkdtemp(prefix="portal-copy-"))
    try:
        if not os.environ.get("DATABASE_URL"):
            yield Copy(var, str(var / "portal.sqlite3"), _environment(var))
            return
        name = f"portal_copy_{uuid.uuid4().hex[:12]}"
        _postgres(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield Copy(var, name, _environment(var, name))
        finally:
            _postgres(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        shutil.rmtree(var, ignore_errors=True)


_failed: dict[str, Exception] = {}


def ensure(kind: str) -> None:
    """Have the template of that kind made, by one process while the others wait."""
    if kind in _failed:
        raise _failed[kind]
    try:
        _ensure(kind)
    except Exception as error:
        # Once a run is enough to learn that a migration or the demo fails.
        _failed[kind] = error
        raise


def _ensure(kind: str) -> None:
    directory = _directory(kind)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(directory.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _exists(kind):
            if kind == "demo":
                ensure("empty")
            shutil.rmtree(directory, ignore_errors=True)
            _make(kind, directory)
            _forget_old(kind)


def static_files() -> Path:
    """The collected static files, shared by every server of this state of the code."""
    directory = CACHE / f"static-{_fingerprint(lambda path: 'static' in path.parts)}"
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(directory.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not directory.exists():
            with tempfile.TemporaryDirectory(prefix="portal-static-") as var:
                run_manage("collectstatic", "--noinput", "-v0", environment=_environment(Path(var)))
                shutil.move(Path(var) / "static", directory)
            _forget_old("static")
    return directory


def _make(kind: str, directory: Path) -> None:
    building = directory.with_name(f"{directory.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    server = os.environ.get("DATABASE_URL", "")
    name = f"{_database(kind)}_building" if server else ""
    if server:
        _postgres(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    try:
        if kind == "empty":
            if server:
                _postgres(f'CREATE DATABASE "{name}"')
            # Checks have a stage of their own, and a migrated database does not depend on them.
            run_manage("migrate", "-v0", "--skip-checks", environment=_environment(building, name))
        else:
            if server:
                _postgres(f'CREATE DATABASE "{name}" TEMPLATE "{_database("empty")}"')
            _copy_files(_directory("empty"), building)
            run_manage("demo", environment=_environment(building, name))
        if server:
            _postgres(f'ALTER DATABASE "{name}" RENAME TO "{_database(kind)}"')
        else:
            with closing(sqlite3.connect(building / "portal.sqlite3")) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        building.rename(directory)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _exists(kind: str) -> bool:
    if not _directory(kind).exists():
        return False
    if not os.environ.get("DATABASE_URL"):
        return True
    return bool(_postgres(f"SELECT 1 FROM pg_database WHERE datname = '{_database(kind)}'"))


def _directory(kind: str) -> Path:
    engine = "postgresql-" if os.environ.get("DATABASE_URL") else ""
    return CACHE / f"{kind}-{engine}{_key(kind)}"


def _database(kind: str) -> str:
    return f"portal_{kind}_{_key(kind)}"


@cache
def _key(kind: str) -> str:
    if kind == "empty":
        return _fingerprint(lambda path: path.name in SHAPES or path.parent.name == "migrations")
    outside = {"static", "templates", "locale"}
    return _fingerprint(lambda path: not outside & set(path.parts), date.today().isoformat())


def _fingerprint(wanted, *more: str) -> str:
    digest = hashlib.sha256(repr((sys.version_info[:2], *more)).encode())
    digest.update((ROOT / "requirements" / "base.lock").read_bytes())
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            relative = path.relative_to(ROOT)
            if path.is_file() and "__pycache__" not in path.parts and wanted(relative):
                digest.update(str(relative).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _environment(var: Path, name: str = "") -> dict[str, str]:
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.harness.served",
        "PORTAL_VAR": str(var),
        "PORTAL_DEMO": "1",
        "PORTAL_SECRET_KEY": "of a server under test, never a secret",
    }
    if name:
        environment["DATABASE_URL"] = _address_of(name)
    return environment


def _address_of(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _postgres(statement: str) -> list[tuple]:
    import psycopg

    with psycopg.connect(_address_of("postgres"), autocommit=True) as connection:
        result = connection.execute(statement)
        return result.fetchall() if result.description else []


def _copy_files(source: Path, target: Path) -> None:
    for name in ("portal.sqlite3", "media", "keys"):
        path = source / name
        if path.is_dir():
            shutil.copytree(path, target / name)
        elif path.exists():
            shutil.copyfile(path, target / name)


def _forget_old(kind: str) -> None:
    found = [path for path in CACHE.glob(f"{kind}-*") if path.is_dir() and path.suffix != ".building"]
    for path in sorted(found, key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
        path.with_suffix(".lock").unlink(missing_ok=True)
