from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django_tasks import task
from django_tasks.base import Task

LONGEST_WAIT = timedelta(hours=6)

_attempts: dict[str, int] = {}


def background(*, attempts: int = 5) -> Callable[[Callable[..., Any]], Task]:
    """Make a module-level function with JSON arguments a task: `fn.enqueue(...)` within the caller's transaction.

    It is tried up to `attempts` times, later and later, and may run twice when a worker dies at its end: what it does
    must bear that.
    """

    def decorate(function: Callable[..., Any]) -> Task:
        decorated = task(function)
        _attempts[decorated.module_path] = attempts
        return decorated

    return decorate


def attempts_of(task_path: str) -> int:
    return _attempts.get(task_path, 1)


def wait_after(attempt: int) -> timedelta:
    """How long to wait after the first, second, … failed attempt: 10 s, 20 s, 40 s, up to six hours."""
    return min(timedelta(seconds=10 * 2 ** min(attempt - 1, 12)), LONGEST_WAIT)
