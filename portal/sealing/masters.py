"""The master keys: one wraps, those before it still open. A file outside the database and outside every backup."""

from __future__ import annotations

import base64
import binascii
import secrets
from pathlib import Path

from django.conf import settings

from .cells import SECRET
from .files import put_whole


class NoMasterKey(Exception):
    """There is no master key here, or the file cannot be read: nothing is sealed and nothing opened."""


def path() -> Path:
    """PORTAL_MASTER_KEYS, else `master` beside the data keys."""
    return Path(settings.PORTAL_MASTER_KEYS or Path(settings.PORTAL_KEYS) / "master")


def masters() -> dict[str, bytes]:
    """The keys by their names, the one that wraps last. Raises NoMasterKey where there is none, or nonsense."""
    try:
        lines = path().read_text("ascii").splitlines()
        found = dict(map(_parsed, filter(None, lines)))
    except (OSError, UnicodeDecodeError, binascii.Error, ValueError) as error:
        # What the file holds is a secret, also where it is nonsense: no word of it in a log.
        raise NoMasterKey(f"No master key can be read from {path()} ({type(error).__name__}).") from None
    if not found:
        raise NoMasterKey(f"There is no master key in {path()}.")
    return found


def newest() -> str:
    """The name of the one that wraps. Raises NoMasterKey."""
    return list(masters())[-1]


def add() -> str:
    """Draw a new one, which wraps from now on; returns its name. The caller holds the lock of the keys."""
    known = masters() if path().exists() else {}
    name = secrets.token_hex(4)
    _write({**known, name: secrets.token_bytes(SECRET)})
    return name


def keep_only(name: str) -> None:
    """Forget all but that one. The caller holds the lock, and knows that no data key needs them any more."""
    _write({name: masters()[name]})


def _parsed(line: str) -> tuple[str, bytes]:
    name, key = line.split()
    secret = base64.b64decode(key, validate=True)
    if len(name) != 8 or not name.isalnum() or len(secret) != SECRET:
        raise ValueError
    return name, secret


def _write(keys: dict[str, bytes]) -> None:
    lines = (f"{name} {base64.b64encode(secret).decode()}\n" for name, secret in keys.items())
    put_whole(path(), "".join(lines).encode())
