"""What work on the whole book has in common: it takes a while, is done in the background, and tells how far it is."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .words import Work

# Work says every few hundred entries how far it is. What has said nothing for so long is given up: the tasks' own
# patience with a worker that died is shorter.
SILENCE = timedelta(minutes=30)


class LongWork(models.Model):
    """Asked for by somebody, one at a time, and begun anew by another worker where one dies."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=Work.choices, default=Work.WAITING)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    heard_at = models.DateTimeField(_("last heard of"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished on"), null=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def under_way(cls) -> models.QuerySet:
        return cls._default_manager.exclude(state=Work.DONE).filter(heard_at__gte=timezone.now() - SILENCE)

    @property
    def is_under_way(self) -> bool:
        return self.state != Work.DONE and self.heard_at >= timezone.now() - SILENCE

    @property
    def is_given_up(self) -> bool:
        return self.state != Work.DONE and not self.is_under_way

    def says(self, percent: int) -> None:
        self.state, self.percent, self.heard_at = Work.UNDER_WAY, min(percent, 99), timezone.now()
        self.save(update_fields=["state", "percent", "heard_at"])

    def _end(self) -> None:
        self.state, self.percent, self.finished_at = Work.DONE, 100, timezone.now()
        self.save()
