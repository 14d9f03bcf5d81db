from django.db import models
from django.utils import timezone


class NotificationQuerySet(models.QuerySet):
    def inbox_of(self, user) -> "NotificationQuerySet":
        """What a person is told in the portal, newest first."""
        return self.filter(person=user, channel="inbox")

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def for_display(self) -> "NotificationQuerySet":
        """With all that titles need: two queries more, and one for each kind of thing that they are about."""
        return self.select_related("event").prefetch_related("event__target")

    def mark_read(self) -> int:
        return self.unread().update(read_at=timezone.now())
