"""Whether two things take as long: medians of attempts that are made by turns, so that what else the machine does hits
both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

ATTEMPTS = 50
WARMING_UP = 3  # attempts that are not counted: what is read once and then remembered


def medians(*ready: Callable[[], Callable[[], object]]) -> list[float]:
    """Seconds. Each of `ready` makes ready, which is not timed, and returns the attempt, which is."""
    took: list[list[float]] = [[] for _ in ready]
    for turn in range(WARMING_UP + ATTEMPTS):
        # Now this one first and now that one: whoever comes after a pause finds colder caches.
        pairs = list(zip(ready, took, strict=True))
        for make_ready, times in pairs if turn % 2 else reversed(pairs):
            attempt = make_ready()
            started = time.perf_counter()
            attempt()
            times.append(time.perf_counter() - started)
    return [statistics.median(times[WARMING_UP:]) for times in took]


def differ_by(*ready: Callable[[], Callable[[], object]]) -> float:
    """By which part of the longest the medians differ: 0.1 is a tenth."""
    found = medians(*ready)
    return (max(found) - min(found)) / max(found)
