"""The worker: one loop that does tasks, and a pulse beside it that says it lives and makes things come round."""

from __future__ import annotations

import logging
import threading
import time

from django.db import close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as DatabaseWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from .background import forget_arguments
from .models import WorkerHeartbeat
from .reaper import reap, try_again
from .ticker import run_due_schedules

log = logging.getLogger(__name__)

HEARTBEAT = 5.0  # seconds
IDLE = 0.5  # seconds between looks into an empty queue


class Worker(DatabaseWorker):
    """django-tasks-db's worker with retries, and with an end that another thread may ask for."""

    def __init__(self) -> None:
        super().__init__(
            queue_names=["*"],
            interval=IDLE,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self.stopping = threading.Event()

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                close_old_connections()
                row = self.take()
                if row is not None:
                    self.run_task(row)
                else:
                    self.stopping.wait(self.interval)
        except Exception:
            # It goes on under a new name, so that what it left running is nobody's and gets reaped.
            self.worker_id = get_random_string(32)
            raise

    def take(self) -> DBTaskResult | None:
        """The next task that is due, ours now; None when there is none."""
        ready = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        # Asked outside a transaction: on SQLite every transaction writes, and mostly there is nothing to do.
        if not ready.exists():
            return None
        with exclusive_transaction(ready.db):
            row = ready.get_locked()
            if row is not None:
                row.claim(self.worker_id)
        return row

    def run_task(self, db_task_result: DBTaskResult) -> None:
        super().run_task(db_task_result)
        if db_task_result.status == TaskResultStatus.FAILED:
            if try_again(db_task_result):
                return
            # Ids only: arguments are for the row, which only operators read.
            log.error("task %s of %s failed for good", db_task_result.pk, db_task_result.task_path)
        forget_arguments(db_task_result)


class WorkerThreads:
    """A worker as threads of this process: what the embedded server and `manage.py worker` start."""

    def __init__(self) -> None:
        self.worker = Worker()
        self.stopping = self.worker.stopping
        self.threads = [
            threading.Thread(target=self._guard, args=(self.worker.run,), name="task-worker", daemon=True),
            threading.Thread(target=self._guard, args=(self._beat,), name="worker-pulse", daemon=True),
            threading.Thread(target=self._guard, args=(self._tick,), name="worker-ticker", daemon=True),
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Let the task at hand end, at most `timeout` seconds; what is cut off, the reaper finds."""
        self.stopping.set()
        deadline = time.monotonic() + timeout
        for thread in self.threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _guard(self, work) -> None:
        # A worker must outlive a database that is away for a while.
        while not self.stopping.is_set():
            try:
                work()
            except Exception:
                log.exception("the worker stumbled")
                self.stopping.wait(2)
            finally:
                connection.close()

    def _beat(self) -> None:
        while not self.stopping.is_set():
            close_old_connections()
            beat(self.worker.worker_id)
            self.stopping.wait(HEARTBEAT)
        WorkerHeartbeat.objects.filter(worker_id=self.worker.worker_id).delete()

    def _tick(self) -> None:
        while not self.stopping.is_set():
            close_old_connections()
            started = time.monotonic()
            reap()
            run_due_schedules()
            self.stopping.wait(max(0.0, HEARTBEAT - (time.monotonic() - started)))


def beat(worker_id: str) -> None:
    WorkerHeartbeat.objects.update_or_create(worker_id=worker_id, defaults={"at": timezone.now()})


def work_off() -> None:
    """Do all tasks that are due, here and now, and return: for tests."""
    worker = Worker()
    while (row := worker.take()) is not None:
        worker.run_task(row)
