"""Several people at the same time: threads that start together, each with a connection of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

SMALL, FULL = 50, 500


def size(small: int, full: int) -> int:
    """How large a proof is run: small in `make test`, full in `make soak`."""
    return full if os.environ.get("PORTAL_SOAK") else small


class Races:
    """`together()` runs callables at the same time on a database whose commits are real.

    rounds: how often a race is worth repeating in this run (50 in `make test`, 500 in `make soak`).
    """

    rounds = size(SMALL, FULL)

    def together(self, *runners: Callable[[], Any], timeout: float = 60) -> list[Any]:
        """Start all at once; returns, in order, what each returned or the exception that it raised."""
        from django.db import connections

        outcomes: list[Any] = [TimeoutError("did not finish")] * len(runners)
        gate = threading.Barrier(len(runners))

        def run(place: int, runner: Callable[[], Any]) -> None:
            try:
                gate.wait()
                outcomes[place] = runner()
            except Exception as error:
                outcomes[place] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(runners)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout)
        return outcomes
