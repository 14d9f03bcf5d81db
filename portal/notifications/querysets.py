from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

INBOX, EMAIL = "inbox", "email"


class NotificationQuerySet(models.QuerySet):
    def inbox_of(self, person: Any) -> NotificationQuerySet:
        """What stands in the person's inbox, newest first, with all that its titles are made of at hand."""
        return (
            self.filter(person=person, channel=INBOX)
            .select_related("event__actor")
            .prefetch_related("event__target")
            .order_by("-id")
        )

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)

    def mark_read(self) -> int:
        return self.update(read_at=timezone.now())

    def undelivered(self, *, within: timedelta = timedelta(days=30)) -> NotificationQuerySet:
        """E-mail that was tried and did not get through, lately."""
        return self.filter(channel=EMAIL, sent_at=None, created_at__gt=timezone.now() - within).exclude(
            last_error=""
        )
