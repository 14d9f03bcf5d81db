"""One file out of the database and back, by the means of each engine."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.management import CommandError
from django.db import connection
from django_tasks_db.models import DBTaskResult

from portal.notifications.push.models import PushSubscription
from portal.privacy.models import DataExport

FILES = {"sqlite": "portal.sqlite3", "postgresql": "portal.dump"}
BUSY = 30  # seconds to wait for writers
# Whose rows stay out of the file. A sign-in opens nothing for who finds it, and no restore brings back one that has
# ended, nor a device that was told as long as it lasted; work in the queue, codes by mail among it, is not done a
# second time; copies of somebody's data are made anew.
LEFT_OUT = tuple(model._meta.db_table for model in (Session, PushSubscription, DBTaskResult, DataExport))

# What the dump will bring is dropped in the transaction that brings it: all of it, or none.
DROP_ALL = """
DO $$ DECLARE item record; BEGIN
  FOR item IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', item.name);
  END LOOP;
  FOR item IN
    SELECT procedure.oid::regprocedure AS name FROM pg_proc AS procedure
    WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = procedure.oid AND deptype = 'e')
  LOOP
    EXECUTE format('DROP ROUTINE %s CASCADE', item.name);
  END LOOP;
END $$;
"""


def save(directory: Path) -> Path:
    """A consistent copy of the database as one file in that directory, while others go on writing.

    The rows of LEFT_OUT are not in it.
    """
    path = directory / FILES[connection.vendor]
    if connection.vendor == "sqlite":
        with closing(_sqlite(_database())) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
            # The copy stands alone, whatever happens to the files beside it.
            target.execute("PRAGMA journal_mode=DELETE")
            tables = {name for (name,) in target.execute("SELECT name FROM sqlite_master")}
            for table in tables.intersection(LEFT_OUT):  # none, on a machine that is still empty
                target.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a name of ours
            target.commit()
            target.execute("VACUUM")  # what was deleted leaves the file as well
    else:
        left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", *left_out, "--file", str(path))
    return path


def check(path: Path) -> None:
    """Raise CommandError where the file is no database that could be put in."""
    if connection.vendor == "sqlite":
        try:
            with closing(sqlite3.connect(path)) as database:
                answer = database.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            answer = str(error)
        if answer != "ok":
            raise CommandError(f"The database in this backup is damaged: {answer}")
    else:
        _run("pg_restore", "--list", str(path))


def put(path: Path) -> None:
    """Put that file's content in the place of all the database holds: wholly, or not at all."""
    connection.close()
    if connection.vendor == "sqlite":
        database = _database()
        database.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(path)) as source, closing(_sqlite(database)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            raise CommandError(f"The database is in use ({error}): stop the portal, then restore.") from error
        return
    script = path.with_suffix(".sql")
    script.write_text(DROP_ALL)
    _run("pg_restore", "--no-owner", "--no-privileges", "--file", str(path.with_suffix(".part")), str(path))
    with script.open("ab") as whole, path.with_suffix(".part").open("rb") as part:
        shutil.copyfileobj(part, whole)
    _run("psql", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--file", str(script))


def _database() -> Path:
    return Path(connection.settings_dict["NAME"])


def _sqlite(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY)


def _run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's own tools, told through the environment where the database is (no password in `ps`)."""
    if shutil.which(program) is None:
        raise CommandError(
            f"{program} is missing: install PostgreSQL's client tools of the server's version."
        )
    settings = connection.settings_dict
    options = settings.get("OPTIONS", {})
    known = {
        "PGHOST": settings["HOST"] or options.get("host"),
        "PGPORT": settings["PORT"] or options.get("port"),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
    }
    environment = {**os.environ, **{name: str(value) for name, value in known.items() if value}}
    done = subprocess.run(
        [program, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise CommandError(f"{program} failed: {done.stderr.strip()}")
