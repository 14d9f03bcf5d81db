from datetime import timedelta

from django.db import models
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.events.querysets import confidential_kinds
from portal.extensions import NotificationKind, declared


def _live_task() -> models.QuerySet:
    live = DBTaskResult.objects.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING))
    return live.filter(pk=models.OuterRef("task_id"))


def _has_a_live_task() -> models.Exists:
    return models.Exists(_live_task())


class NotificationQuerySet(models.QuerySet):
    def inbox_of(self, user) -> "NotificationQuerySet":
        """What a person is told in the portal, newest first; nothing of a plugin that is gone."""
        kinds = [kind.key for kind in declared(NotificationKind)]
        return self.filter(person=user, channel="inbox", event__kind__in=kinds)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def for_display(self) -> "NotificationQuerySet":
        """With all that titles need: two queries more, and one for each kind of thing that they are about."""
        return self.select_related("event").prefetch_related("event__target")

    def mark_read(self) -> int:
        return self.unread().update(read_at=timezone.now())

    def outside(self) -> "NotificationQuerySet":
        """What leaves the portal: somebody else has to take it."""
        return self.exclude(channel="inbox")

    def open(self) -> "NotificationQuerySet":
        """What is still to be sent, or to be tried again."""
        return self.filter(sent_at=None, dropped="")

    def held(self) -> "NotificationQuerySet":
        """What waits for its time."""
        return self.outside().open().filter(task_id=None, carrier=None)

    def due(self) -> "NotificationQuerySet":
        """What was held and whose time has come."""
        return self.held().filter(due_at__lte=timezone.now())

    def under_way(self) -> "NotificationQuerySet":
        """What has an order that a worker will come to, or come back to."""
        return self.outside().open().filter(_has_a_live_task())

    def given_up(self) -> "NotificationQuerySet":
        """What was tried as often as promised, in vain: nobody comes back to it by themselves.

        Some say why. Of others the workers died, each time, and nobody could write it down.
        """
        return self.outside().open().exclude(task_id=None).exclude(_has_a_live_task())

    def not_confidential(self) -> "NotificationQuerySet":
        """But for what not even those who look after the installation may know that somebody was told of: two rows of
        one moment would say who has to do with whom."""
        return self.exclude(event__kind__in=confidential_kinds())

    def with_fate(self) -> "NotificationQuerySet":
        """Each says in `is_under_way` whether somebody comes back to it, and in `tried_at` when: perhaps at once."""
        return self.annotate(
            is_under_way=_has_a_live_task(), tried_at=models.Subquery(_live_task().values("run_after"))
        )

    def to_deliver(self) -> "NotificationQuerySet":
        """With whom it is for and what it is about."""
        return self.select_related("person", "event").order_by("-pk")

    def not_delivered(self) -> "NotificationQuerySet":
        """What somebody could not be told outside in the last month, so far or for good; not what is held."""
        month_ago = timezone.now() - timedelta(days=30)
        ordered = self.outside().open().filter(created_at__gt=month_ago).exclude(task_id=None)
        return ordered.filter(~models.Q(last_error="") | ~models.Q(_has_a_live_task()))
