"""What becomes of work whose attempt failed, or whose worker died in the middle of it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .background import attempts_of, forget_arguments, wait_after
from .models import WorkerHeartbeat

SILENCE = timedelta(seconds=30)  # after which a worker counts as dead
FORGET = timedelta(days=1)  # after which a dead worker's heartbeat goes


def try_again(row: DBTaskResult) -> bool:
    """Put a task that did not succeed back in the queue, later; False when it has had its attempts."""
    attempt = len(row.worker_ids)
    if attempt >= attempts_of(row):
        return False
    changed = DBTaskResult.objects.filter(pk=row.pk, status=row.status, worker_ids=row.worker_ids).update(
        status=TaskResultStatus.READY,
        run_after=timezone.now() + wait_after(attempt),
        started_at=None,
        finished_at=None,
    )
    return bool(changed)


def reap() -> int:
    """Take up what dead workers left behind; returns how many tasks were put back or given up."""
    now = timezone.now()
    WorkerHeartbeat.objects.filter(at__lt=now - FORGET).delete()
    alive = set(WorkerHeartbeat.objects.filter(at__gte=now - SILENCE).values_list("worker_id", flat=True))
    # A worker that has just started a task may not have a heartbeat yet: give it the time of one.
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - SILENCE)
    reaped = 0
    for row in running:
        if row.worker_ids and row.worker_ids[-1] in alive:
            continue
        if not try_again(row):
            DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.FAILED,
                finished_at=now,
                exception_class_path="builtins.RuntimeError",
                traceback="The worker died during the last attempt.",
            )
            forget_arguments(row)
        reaped += 1
    # Killed between the failure of an attempt and the order for the next.
    for row in DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__gte=now - FORGET, finished_at__lt=now - SILENCE
    ):
        reaped += try_again(row)
    return reaped
