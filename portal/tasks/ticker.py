"""What comes round: the declared schedules, each run by whichever worker gets there first."""

from __future__ import annotations

import logging

from django.utils import timezone

from portal.extensions import Schedule, declared

from .models import ScheduledRun

log = logging.getLogger(__name__)


def run_due_schedules() -> list[str]:
    """Run what is due; returns the keys of what was run. A schedule that fails is due again at its next time."""
    now = timezone.now()
    schedules = {schedule.key: schedule for schedule in declared(Schedule)}
    rows = {row.key: row for row in ScheduledRun.objects.all()}
    new = [ScheduledRun(key=key, due_at=now) for key in schedules.keys() - rows.keys()]
    if new:
        ScheduledRun.objects.bulk_create(new, ignore_conflicts=True)
        rows.update({row.key: row for row in new})
    run = []
    for key, schedule in schedules.items():
        if rows[key].due_at > now:
            continue
        # Of several workers one moves the row on: the others' condition no longer holds.
        if not ScheduledRun.objects.filter(key=key, due_at__lte=now).update(due_at=now + schedule.every):
            continue
        try:
            schedule.run()
        except Exception:
            log.exception("schedule %s failed", key)
        run.append(key)
    return run
