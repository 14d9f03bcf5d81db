from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import models
from django.utils import timezone

from portal.extensions import Schedule

# A worker that was not heard of for this long is dead. It beats far more often.
SILENCE = timedelta(seconds=30)
# What was begun and never ended (a crash) is begun again after this long, or after the schedule's own time if that is less.
LEASE = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


class WorkerHeartbeatQuerySet(models.QuerySet):
    def beat(self, worker_id: str) -> None:
        self.update_or_create(worker_id=worker_id, defaults={"beat_at": timezone.now()})

    def alive(self) -> WorkerHeartbeatQuerySet:
        return self.filter(beat_at__gt=timezone.now() - SILENCE)

    def dead(self) -> WorkerHeartbeatQuerySet:
        return self.filter(beat_at__lte=timezone.now() - SILENCE)


class ScheduledRunQuerySet(models.QuerySet):
    def provide(self, schedules: Iterable[Schedule]) -> None:
        """Have a row for each; a new one first runs within a minute, not in the middle of the start."""
        now = timezone.now()
        self.bulk_create(
            [self.model(key=s.key, next_run_at=now + min(s.every, FIRST_WAIT)) for s in schedules],
            ignore_conflicts=True,
        )

    def due(self) -> ScheduledRunQuerySet:
        return self.filter(next_run_at__lte=timezone.now())

    def claim(self, schedule: Schedule) -> bool:
        """Whether the run is ours. One UPDATE, so that of several workers exactly one hears yes."""
        now = timezone.now()
        return bool(
            self.due()
            .filter(key=schedule.key)
            .update(started_at=now, next_run_at=now + min(schedule.every, LEASE))
        )

    def succeeded(self, schedule: Schedule) -> None:
        self.filter(key=schedule.key).update(
            next_run_at=models.F("started_at") + schedule.every,
            finished_at=timezone.now(),
            failures=0,
            last_error="",
        )

    def failed(self, schedule: Schedule, error: str) -> None:
        """It comes round again sooner than planned, and later each time it fails."""
        run = self.get(key=schedule.key)
        wait = min(schedule.every, FIRST_WAIT * 2 ** min(run.failures, 10), LONGEST_WAIT)
        self.filter(key=schedule.key).update(
            next_run_at=timezone.now() + wait,
            finished_at=timezone.now(),
            failures=run.failures + 1,
            last_error=error,
        )
