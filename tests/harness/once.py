"""Made by one worker of a run while the others wait, and then there for all of them."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path


def made_once(tmp_path_factory, name: str, make: Callable[[Path], object]) -> Path:
    """A file below the run's own temporary directory. `make(path)` writes it, in the first worker that asks for it.

    If making it fails, the next worker tries again.
    """
    run = tmp_path_factory.getbasetemp()
    run = run.parent if run.name.startswith("popen-") else run  # each worker of xdist has a directory in it
    path = run / name
    with open(path.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            make(unfinished)
            unfinished.rename(path)
    return path
