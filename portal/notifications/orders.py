"""The orders to deliver: a task for each notification that leaves the portal, never two at once for the same."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .channels import OUTSIDE
from .models import Notification

URGENT = 50  # priority of a task; others have 0
AT_ONCE = 500  # rows that are ordered again in one transaction


def order(rows: Iterable[Notification], *, urgent: bool = False) -> None:
    """The tasks of rows that have the number of theirs already (`task_id`): a query for each channel."""
    rows = [row for row in rows if row.task_id]
    for way in OUTSIDE:
        numbers = {row.task_id: (row.pk,) for row in rows if row.channel == way.channel}
        if numbers:
            way.task.using(priority=URGENT if urgent else 0).enqueue_each(numbers)


def try_again(number: int) -> bool:
    """Try one that failed again, now; whether there was something to try. Twice at once is once."""
    return bool(_try_again(Notification.objects.filter(pk=number)))


def try_all_again() -> int:
    """Try again whatever failed in the last month; returns how many."""
    numbers = list(Notification.objects.not_delivered().values_list("pk", flat=True))
    return sum(
        _try_again(Notification.objects.filter(pk__in=numbers[start : start + AT_ONCE]))
        for start in range(0, len(numbers), AT_ONCE)
    )


@transaction.atomic
def _try_again(which) -> int:
    # Whoever comes second waits here, and finds orders that live.
    locked = list(which.not_delivered().select_for_update().values_list("pk", flat=True))
    failed = Notification.objects.filter(pk__in=locked)
    given_up = list(failed.given_up())
    waiting = failed.under_way().values_list("task_id", flat=True)
    hurried = DBTaskResult.objects.filter(pk__in=list(waiting), status=TaskResultStatus.READY)
    hurried.update(run_after=timezone.now())
    for row in given_up:
        row.task_id = uuid.uuid4()
    Notification.objects.bulk_update(given_up, ["task_id"])
    order(given_up)
    return len(locked)
