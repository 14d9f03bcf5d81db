"""The data keys: one for each thing that is told in confidence, a file each, wrapped by a master key.

They lie in PORTAL_KEYS, outside the database and its backups, because a key that has been destroyed must not come back
with a backup. Nothing here is remembered between two calls: what was destroyed by another process is gone at once.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from uuid import UUID, uuid4

from django.conf import settings

from . import masters
from .cells import SECRET, Cell, Unreadable, seal, unseal
from .files import ASIDE, put_whole, remove
from .masters import NoMasterKey

__all__ = [
    "DataKey",
    "KeyMissing",
    "NoMasterKey",
    "data_key",
    "data_keys",
    "destroy_key",
    "forget_asides",
    "forget_old_key",
    "locked",
    "master_of",
    "new_key",
    "old_keys",
    "rewrap",
]

MASTER_NAME = 8  # characters at the head of a wrapped key: which master wraps it


class KeyMissing(Exception):
    """The data key is not here: it was destroyed, or PORTAL_KEYS names another directory than the one it lies in."""


@dataclass(frozen=True)
class DataKey:
    """A key that seals and opens what belongs to one thing."""

    id: UUID
    secret: bytes = field(repr=False)

    def derived(self, purpose: str) -> bytes:
        """Another secret, for what is no cell: a fingerprint, say. 32 bytes, the same each time."""
        return blake2b(purpose.encode(), key=self.secret, digest_size=SECRET).digest()

    def seal(self, content: bytes, *, place: str) -> Cell:
        return seal(self.secret, self.id, content, place=place)

    def unseal(self, cell: Cell, *, place: str) -> bytes:
        """Raises Unreadable, also for a cell that another key has sealed."""
        if cell.key_id != self.id:
            raise Unreadable(place)
        return unseal(self.secret, cell, place=place)


def new_key(key_id: UUID | None = None) -> UUID:
    """Make a data key and return its number. With a number that has one already, that one stays.

    It is there before the row that names it is committed: a key without a row opens nothing, and is swept away after a
    day (sweeping.py). Raises NoMasterKey.
    """
    key_id = key_id or uuid4()
    with locked():
        _make_the_first_master()
        if _file(key_id).exists():
            os.utime(_file(key_id))  # asked for anew: its row is about to come
        else:
            _wrap(key_id, token_bytes(SECRET))
    return key_id


def data_key(key_id: UUID) -> DataKey:
    """The key of that number. Raises KeyMissing, NoMasterKey, or Unreadable where a master key is missing or wrong."""
    while True:
        wrapped = _read(key_id)
        name = wrapped[:MASTER_NAME].decode("ascii", "replace")
        if (master := masters.masters().get(name)) is not None:
            cell = Cell(wrapped[MASTER_NAME:])
            return DataKey(key_id, unseal(master, cell, place=_place(name, key_id)))
        # A rotation between the two looks: the key is wrapped anew before the old master is forgotten.
        if wrapped == _read(key_id):
            raise Unreadable(f"data key {key_id}: its master key {name} is not here")


def destroy_key(key_id: UUID) -> None:
    """From here on nothing that it has sealed can be read, wherever a copy of it lies. Asking again is harmless."""
    with locked():
        remove(_file(key_id))


def data_keys() -> Iterator[UUID]:
    """The numbers of all that are here, in no order."""
    for file in _directory().glob("*/*"):
        if not file.name.startswith("."):
            yield UUID(file.name)


def old_keys(before: datetime) -> Iterator[UUID]:
    """The numbers of those that nobody has made, asked for anew or wrapped since that moment."""
    return (key_id for key_id in data_keys() if _is_old(_file(key_id), before))


def forget_old_key(key_id: UUID, before: datetime) -> bool:
    """Destroy a key that is still that old; False where somebody has asked for it anew, or destroyed it, meanwhile."""
    with locked():
        if not _is_old(_file(key_id), before):
            return False
        remove(_file(key_id))
        return True


def forget_asides(before: datetime) -> int:
    """Take away what a crash has left of keys that were about to be put in place; returns how many files that were."""
    with locked():
        left = [file for file in _directory().glob(f"*/{ASIDE}*") if _is_old(file, before)]
        for file in left:
            remove(file)
    return len(left)


def rewrap(key_id: UUID) -> bool:
    """Let the newest master wrap the key; False where it does so already, or the key has been destroyed meanwhile.

    Raises Unreadable where the master that wraps it is missing or wrong.
    """
    with locked():
        try:
            if master_of(key_id) == masters.newest():
                return False
            key = data_key(key_id)
        except KeyMissing:
            return False
        _wrap(key_id, key.secret)
        return True


def master_of(key_id: UUID) -> str:
    """The name of the master key that wraps it. Raises KeyMissing."""
    return _read(key_id)[:MASTER_NAME].decode("ascii", "replace")


@contextmanager
def locked() -> Iterator[None]:
    """One process at a time makes, wraps or destroys keys; those who read do not wait."""
    directory = Path(settings.PORTAL_KEYS)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_the_first_master() -> None:
    """An embedded portal needs nobody for that. Where keys are here the master was lost, and none takes its place."""
    if settings.PORTAL_MAKES_MASTER_KEY and not masters.path().exists() and not any(data_keys()):
        masters.add()


def _wrap(key_id: UUID, secret: bytes) -> None:
    name = masters.newest()
    cell = seal(masters.masters()[name], key_id, secret, place=_place(name, key_id))
    put_whole(_file(key_id), name.encode() + cell.raw)


def _read(key_id: UUID) -> bytes:
    try:
        return _file(key_id).read_bytes()
    except FileNotFoundError:
        raise KeyMissing(str(key_id)) from None


def _is_old(file: Path, before: datetime) -> bool:
    try:
        return file.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def _directory() -> Path:
    return Path(settings.PORTAL_KEYS) / "data"


def _file(key_id: UUID) -> Path:
    name = str(key_id)
    return _directory() / name[:2] / name


def _place(master: str, key_id: UUID) -> str:
    return f"data key|{master}|{key_id}"
