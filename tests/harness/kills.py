"""Processes that die as in a power cut, in the middle of what they were doing."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from .races import size

# How often a step is killed in this run: "2 kills a step" in `make test`.
KILLS = size(2, 20)


def die(*args: Any, **kwargs: Any) -> NoReturn:
    """What a process does at the step where it is to be killed: nothing more, no clearing up, no last word."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a signal that cannot be caught was survived")


def dies(work: Callable[[], Any]) -> bool:
    """Do the work in a process of its own that has all we have; whether it was killed in it.

    What the work declares, patches and remembers stays in that process; what it commits is there for all. An exception
    that leaves it is an error. With the fixtures committed_db or races, whose commits are real.
    """
    from django.db import connections

    connections.close_all()  # a connection belongs to one process
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert status == 0, f"the process ended with {status}"
    return False
