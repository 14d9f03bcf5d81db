"""Small files that are whole or not there, whatever happens meanwhile."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

ASIDE = ".aside-"  # how a file begins that is not in place yet


def put_whole(target: Path, content: bytes) -> None:
    """Write a file aside, for its owner alone, and put it in place whole: whoever reads sees the old or the new."""
    for directory in reversed((target.parent, *target.parent.parents)):
        if not directory.exists():
            directory.mkdir(mode=0o700, exist_ok=True)
            _settle(directory.parent)
    handle, aside = tempfile.mkstemp(prefix=ASIDE, dir=target.parent)
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, target)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    _settle(target.parent)


def remove(target: Path) -> None:
    """Take a file away for good, its bytes first; what is not there is away."""
    try:
        with target.open("r+b") as file:
            file.write(secrets.token_bytes(target.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        target.unlink()
    except FileNotFoundError:
        return
    _settle(target.parent)


def _settle(directory: Path) -> None:
    """Let what was put into a directory, or taken from it, outlive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
