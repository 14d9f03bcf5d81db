"""When somebody wants to hear of news outside the portal: at once or once a day, and not at night."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Notification
from .quiet import end_of_quiet, is_between, next_at

HOURS = MaxValueValidator(23)


class NotificationTimes(models.Model):
    """Hours are those of the portal's clock, 0 to 23. Who has no row has the default: at once, but not at night."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notification_times",
        verbose_name=_("person"),
    )
    is_quiet = models.BooleanField(_("quiet at night"), default=True)
    quiet_from = models.PositiveSmallIntegerField(_("quiet from"), default=22, validators=[HOURS])
    quiet_until = models.PositiveSmallIntegerField(_("quiet until"), default=7, validators=[HOURS])
    digest_at = models.PositiveSmallIntegerField(
        _("once a day at"), null=True, blank=True, validators=[HOURS]
    )

    class Meta:
        verbose_name = _("times of notifications")
        verbose_name_plural = _("times of notifications")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__lte=23, quiet_until__lte=23)
                & ~models.Q(quiet_from=models.F("quiet_until")),
                name="quiet_hours_of_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(digest_at=None) | models.Q(digest_at__lte=23), name="digest_hour_of_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiet_from}–{self.quiet_until}, {self.digest_at}"

    @classmethod
    def default(cls, person: Any) -> NotificationTimes:
        """What holds for who has chosen nothing, by the installation's setting; not stored."""
        start, _dash, end = settings.PORTAL_QUIET_HOURS.partition("-")
        if not start:
            return cls(person=person, is_quiet=False)
        return cls(person=person, quiet_from=int(start), quiet_until=int(end))

    @classmethod
    def of(cls, person: Any) -> NotificationTimes:
        return cls.objects.filter(person=person).first() or cls.default(person)

    @classmethod
    def of_all(cls, people: Iterable[Any]) -> dict[int, NotificationTimes]:
        """By the number of each person, by one query."""
        people = list(people)
        chosen = {times.person_id: times for times in cls.objects.filter(person__in=people)}
        return {person.pk: chosen.get(person.pk) or cls.default(person) for person in people}

    @transaction.atomic
    def choose(self) -> None:
        """From now on these hours hold, for what is held already as well; choosing the same twice changes nothing."""
        get_user_model().objects.select_for_update().get(pk=self.person_id)
        type(self).objects.update_or_create(
            person=self.person,
            defaults={
                name: getattr(self, name) for name in ("is_quiet", "quiet_from", "quiet_until", "digest_at")
            },
        )
        due_at, digest_day = self.due(timezone.now())
        held = Notification.objects.filter(person=self.person).held()
        held.update(due_at=due_at, digest_day=digest_day)

    def is_quiet_at(self, hour: int) -> bool:
        return self.is_quiet and is_between(hour, self.quiet_from, self.quiet_until)

    def end_of_quiet(self, now: datetime) -> datetime | None:
        """When the quiet ends that it is now; None when it is not quiet."""
        return end_of_quiet(now, self.quiet_from, self.quiet_until) if self.is_quiet else None

    def due(self, now: datetime) -> tuple[datetime, date | None]:
        """When news of now is to be sent, and the day whose digest it comes with, if it comes with one."""
        if self.digest_at is None:
            return self.end_of_quiet(now) or now, None
        at = next_at(now, self.digest_at)
        return self.end_of_quiet(at) or at, timezone.localdate(at)
