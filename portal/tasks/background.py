from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django_tasks.base import Task, TaskResultStatus
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult, get_date_max

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)
# Before Wagtail's own (0): whoever waits for a code does not wait until a thousand pages are indexed.
AWAITED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundTask(Task):
    """A task that is tried again. `attempts` counts the first try and those that died with their worker."""

    priority: int = AWAITED
    attempts: int = 5
    confidential: bool = False

    def enqueue_each(self, arguments: Mapping[UUID, tuple[Any, ...]]) -> None:
        """Order the task once for each: the arguments by the number that the order is to have. By one query."""
        DBTaskResult.objects.bulk_create(
            DBTaskResult(
                id=number,
                args_kwargs=normalize_json({"args": args, "kwargs": {}}),
                priority=self.priority,
                task_path=self.module_path,
                queue_name=self.queue_name,
                backend_name=self.backend,
                run_after=self.run_after or get_date_max(),
            )
            for number, args in arguments.items()
        )


def background(
    *, attempts: int = 5, confidential: bool = False
) -> Callable[[Callable[..., Any]], BackgroundTask]:
    """Make a module-level function with JSON arguments a task: `fn.enqueue(...)` within the caller's transaction.

    It is tried up to `attempts` times, later and later, and may run twice when a worker dies at its end: what it does
    must bear that. What a `confidential` task was given is forgotten when it has ended; of others it is kept for days,
    so they are given ids only.
    """

    def decorate(function: Callable[..., Any]) -> BackgroundTask:
        return BackgroundTask(func=function, attempts=attempts, confidential=confidential)

    return decorate


def attempts_of(row: DBTaskResult) -> int:
    """How often a task may be tried; once, where it is not ours or its function is gone."""
    try:
        return getattr(row.task, "attempts", 1)
    except Exception:  # whatever importing a plugin's module may raise
        return 1


def wait_after(attempt: int) -> timedelta:
    """How long to wait after the first, second, … failed attempt: about 10 s, 20 s, 40 s, up to six hours.

    A little more or less, so that what failed together does not come back together.
    """
    return min(FIRST_WAIT * 2 ** min(attempt - 1, 12), LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311


def forget_arguments(row: DBTaskResult) -> None:
    """Of a confidential task that will not be tried again, or whose function is gone."""
    try:
        confidential = getattr(row.task, "confidential", False)
    except Exception:  # whatever importing a plugin's module may raise
        confidential = True
    if confidential:
        DBTaskResult.objects.filter(pk=row.pk).exclude(status=TaskResultStatus.READY).update(
            args_kwargs={"args": [], "kwargs": {}}
        )
