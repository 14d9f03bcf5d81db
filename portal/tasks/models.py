from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .querysets import ScheduledRunQuerySet, WorkerHeartbeatQuerySet


class ScheduledRun(models.Model):
    """When a declared Schedule runs next, and how the last time went. `key` is the Schedule's."""

    key = models.CharField(max_length=100, primary_key=True)
    next_run_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    objects = ScheduledRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled run")
        verbose_name_plural = _("scheduled runs")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class WorkerHeartbeat(models.Model):
    """That a worker lives. What a worker was doing when its heart stopped is done by another one."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = WorkerHeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker's heartbeat")
        verbose_name_plural = _("workers' heartbeats")
        ordering = ["worker_id"]

    def __str__(self) -> str:
        return self.worker_id
