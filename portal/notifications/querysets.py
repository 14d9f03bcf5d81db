from datetime import timedelta

from django.db import models
from django.utils import timezone

from portal.extensions import NotificationKind, declared


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

    def to_deliver(self) -> "NotificationQuerySet":
        """With whom it is for and what it is about."""
        return self.select_related("person", "event").order_by("-pk")

    def not_delivered(self) -> "NotificationQuerySet":
        """E-mail of the last month that could not be sent, so far or for good."""
        month_ago = timezone.now() - timedelta(days=30)
        return self.filter(channel="email", sent_at=None, created_at__gt=month_ago).exclude(last_error="")
