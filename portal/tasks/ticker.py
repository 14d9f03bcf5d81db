"""What comes round: the declared schedules, each run by whichever worker gets there first."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from portal.extensions import Schedule, declared

from .models import ScheduledRun

log = logging.getLogger(__name__)

# What was begun and did not end well (it failed, or its worker died) is begun again after this long at most.
PATIENCE = timedelta(minutes=10)


def run_due_schedules() -> list[str]:
    """Run what is due; returns the keys of what was run."""
    now = timezone.now()
    schedules = {schedule.key: schedule for schedule in declared(Schedule)}
    rows = {row.key: row for row in ScheduledRun.objects.all()}
    new = [ScheduledRun(key=key, due_at=now) for key in schedules.keys() - rows.keys()]
    if new:
        ScheduledRun.objects.bulk_create(new, ignore_conflicts=True)
        rows.update({row.key: row for row in new})
    return [
        key
        for key, schedule in schedules.items()
        if rows[key].due_at <= now and _claim(schedule) and _run(schedule)
    ]


def _claim(schedule: Schedule) -> bool:
    """Whether this worker runs it. Of several one moves the row on: for the others the condition no longer holds."""
    now = timezone.now()
    mine = ScheduledRun.objects.filter(key=schedule.key, due_at__lte=now)
    return bool(mine.update(due_at=now + min(schedule.every, PATIENCE)))


def _run(schedule: Schedule) -> bool:
    started = timezone.now()
    try:
        schedule.run()
    except Exception:
        log.exception("schedule %s failed", schedule.key)
    else:
        ScheduledRun.objects.filter(key=schedule.key).update(due_at=started + schedule.every)
    return True
