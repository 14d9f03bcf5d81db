"""The file that a backup is: a tar.gz with the database, the media and a manifest of SHA-256 sums, written last.

    database/portal.sqlite3 or database/portal.dump     media/…     manifest.json

It holds people's data, so it is readable for its owner only; it holds no secret of the installation and
nobody's sign-in.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

FORMAT = 1
MANIFEST = "manifest.json"
PARTS = ("database", "media")
CHUNK = 1024 * 1024  # bytes


class DamagedArchive(Exception):
    """The file is not what a backup wrote; the message says what is wrong with it."""


def write(path: Path, files: Iterator[tuple[str, Path]], **about: str) -> None:
    """Write the files, given as (name in the archive, path), and what the manifest tells about them.

    The archive appears under its name only when it is complete and on disk.
    """
    partial = path.with_name(f".{path.name}.partial")
    sums: dict[str, str] = {}
    try:
        with open(partial, "xb", opener=_for_the_owner) as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
                for name, source in files:
                    with open(source, "rb") as content:
                        sums[name] = _add(tar, name, content, os.fstat(content.fileno()))
                manifest = json.dumps({"format": FORMAT, **about, "files": sums}, indent=1).encode()
                _add(tar, MANIFEST, io.BytesIO(manifest), size=len(manifest))
            raw.flush()
            os.fsync(raw.fileno())
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def unpack(path: Path, target: Path) -> dict:
    """Unpack the archive into the empty directory `target` and verify every sum; returns the manifest."""
    try:
        found = _extract(path, target)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise DamagedArchive(f"it cannot be read to its end ({error})") from error
    try:
        manifest = json.loads((target / MANIFEST).read_bytes())
        expected = manifest["files"]
        written_as = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedArchive("its manifest is missing or cannot be read") from error
    if written_as != FORMAT:
        raise DamagedArchive(f"it is of format {written_as}, this version reads {FORMAT}")
    found.pop(MANIFEST, None)
    for name in sorted(found.keys() | expected.keys()):
        if name not in found:
            raise DamagedArchive(f"{name} is missing")
        if name not in expected:
            raise DamagedArchive(f"{name} is not in its manifest")
        if found[name] != expected[name]:
            raise DamagedArchive(f"{name} is not what was saved")
    return manifest


def _extract(path: Path, target: Path) -> dict[str, str]:
    """Every regular file of the archive and its sum. Nothing else is taken from it, and nothing leaves `target`."""
    sums = {}
    with gzip.open(path) as whole, tarfile.open(fileobj=whole, mode="r:") as tar:
        for member in tar:
            name = PurePosixPath(member.name)
            known = member.name == MANIFEST or (len(name.parts) > 1 and name.parts[0] in PARTS)
            if not member.isreg() or not known or ".." in name.parts or member.name in sums:
                raise DamagedArchive(f"{member.name} has no place in a backup")
            place = target / name
            _make_room(place.parent, private=not member.mode & 0o077)
            digest = hashlib.sha256()
            content = tar.extractfile(member)
            with open(place, "xb", opener=_for_the_owner) as copy:
                while chunk := content.read(CHUNK):
                    digest.update(chunk)
                    copy.write(chunk)
            place.chmod(member.mode & 0o755)
            sums[member.name] = digest.hexdigest()
        # The archive's own end lies before the file's: what follows holds the checksum of the whole.
        while whole.read(CHUNK):
            pass
    return sums


def _add(
    tar: tarfile.TarFile, name: str, content: BinaryIO, status: os.stat_result | None = None, size: int = 0
) -> str:
    """Add a file to the archive as it is read; returns the sum of what was written."""
    member = tarfile.TarInfo(name)
    member.size = status.st_size if status else size
    member.mode = status.st_mode & 0o777 if status else 0o600
    member.mtime = int(status.st_mtime if status else time.time())
    summing = _Summing(content)
    tar.addfile(member, summing)
    return summing.digest.hexdigest()


def _make_room(directory: Path, private: bool) -> None:
    """The directories above a file: closed to others when the file is."""
    missing = []
    while not directory.exists():
        missing.append(directory)
        directory = directory.parent
    for path in reversed(missing):
        path.mkdir(mode=0o700 if private else 0o755)


class _Summing(io.RawIOBase):
    """A file whose SHA-256 is known once it has been read."""

    def __init__(self, content: BinaryIO):
        self.content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.content.read(size)
        self.digest.update(chunk)
        return chunk


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
