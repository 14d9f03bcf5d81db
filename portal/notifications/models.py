from __future__ import annotations

from datetime import date, datetime
from email.utils import parseaddr
from enum import StrEnum

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.extensions import NotificationKind, find
from portal.ui.languages import in_language

from .querysets import NotificationQuerySet


class Notification(models.Model):
    """That somebody is told of a fact, by one channel. It holds no words: they are made when it is read."""

    class Channel(models.TextChoices):
        INBOX = "inbox", _("in the portal")
        EMAIL = "email", _("by e-mail")
        SMS = "sms", _("by text message")
        PUSH = "push", _("by a message on the phone's screen")

    class Dropped(StrEnum):
        """Why something was not sent in the end, although nothing went wrong."""

        READ = "read"  # in the portal, before it went out
        NOT_THEIRS = "not_theirs"  # they are no longer among those who are told
        GONE = "gone"  # what it was about is no longer there
        UNREACHABLE = "unreachable"  # they have left, or given the address up
        SWITCHED_OFF = "switched_off"
        TOO_MANY = "too_many"  # for a day
        OLD = "old"  # for a screen: by now it is read in the inbox

    event = models.ForeignKey("portal.Event", models.CASCADE, related_name="+", verbose_name=_("event"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    created_at = models.DateTimeField(_("created on"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("read on"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent on"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    last_error = models.CharField(_("last error"), max_length=200, blank=True, editable=False)
    dropped = models.CharField(_("not sent because"), max_length=12, blank=True, editable=False)
    # What leaves the portal waits for its time (quiet hours, the day's digest); then it has an order: a task.
    due_at = models.DateTimeField(_("to be sent on"), default=timezone.now, editable=False)
    task_id = models.UUIDField(null=True, editable=False)
    # What waited together goes out as one message, which one of the rows carries for the others.
    carrier = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="carried",
        editable=False,
        verbose_name=_("sent with"),
    )
    digest_day = models.DateField(null=True, editable=False)
    # The day whose allowance of text messages it uses.
    counted_on = models.DateField(null=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="notified_once_by_channel"),
            models.UniqueConstraint(
                fields=["person", "channel", "digest_day"],
                condition=models.Q(carrier=None, task_id__isnull=False),
                name="one_digest_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "channel", "-id"], name="notification_inbox"),
            models.Index(
                fields=["person"],
                condition=models.Q(channel="inbox", read_at=None),
                name="notification_unread",
            ),
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at=None, dropped="") & ~models.Q(channel="inbox"),
                name="notification_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event.kind} → {self.person_id} ({self.channel})"

    def get_absolute_url(self) -> str:
        return reverse("portal:notification", args=[self.pk])

    @property
    def declaration(self) -> NotificationKind | None:
        return find(NotificationKind, self.event.kind)

    @property
    def day(self) -> date:
        """The day it was told on, where the portal is."""
        return timezone.localdate(self.created_at)

    @property
    def icon(self) -> str:
        return self.declaration.icon if self.declaration else "bell"

    @property
    def title(self) -> str:
        """What there is to read, in the active language; what it was about may be gone meanwhile."""
        if self.declaration is None or self.event.target is None:
            return str(_("What this was about is no longer here"))
        return self.declaration.title(self.event)

    @property
    def url(self) -> str:
        """Where it leads, in the active language; the inbox, when what it was about is gone."""
        if self.declaration is None or self.event.target is None:
            return reverse("portal:notifications")
        return in_language(self.declaration.url(self.event), get_language())

    # -- what leaves the portal --------------------------------------------------------------------------------------

    @property
    def is_urgent(self) -> bool:
        return self.declaration is not None and self.declaration.urgent

    def reason_to_drop(self) -> str:
        """Why it need not, or must not, go out any more; empty when it should.

        Asked when it is sent, which may be a night or a day after the fact: whoever has left since does not hear of
        the household any more.
        """
        kind = self.declaration
        if kind is None or self.event.target is None:
            return self.Dropped.GONE
        if (
            Notification.objects.filter(event=self.event_id, person=self.person_id)
            .exclude(read_at=None)
            .exists()
        ):
            return self.Dropped.READ
        if not self.person.is_active:
            return self.Dropped.UNREACHABLE
        return "" if self._is_still_theirs(kind) else self.Dropped.NOT_THEIRS

    def _is_still_theirs(self, kind: NotificationKind) -> bool:
        if kind.tells is not None:
            return kind.tells(self.event, self.person)
        told = kind.recipients(self.event)
        if isinstance(told, models.QuerySet) and not told.query.is_sliced:
            return told.filter(pk=self.person_id).exists()  # instead of everybody, for each of them
        return any(person is not None and person.pk == self.person_id for person in told)

    def drop(self, why: str) -> None:
        """It is not sent, nor what it carries."""
        self._with_carried().update(dropped=why, last_error="")

    def hold(self, until: datetime) -> None:
        """Not now: it waits with whatever else waits for then."""
        self._with_carried().update(task_id=None, carrier=None, due_at=until)

    @transaction.atomic
    def count_on(self, day: date, most: int) -> bool:
        """Take one of the person's `most` messages of a day by this channel; whether there was one left.

        An attempt that comes again uses the one that it has already.
        """
        get_user_model().objects.select_for_update().get(
            pk=self.person_id
        )  # of two at once, one after the other
        others = Notification.objects.filter(person=self.person_id, channel=self.channel, counted_on=day)
        if others.exclude(pk=self.pk).count() >= most:
            return False
        Notification.objects.filter(pk=self.pk).update(counted_on=day)
        return True

    def begin_attempt(self) -> bool:
        """Whether the attempt to send is ours: of two tasks for the same row one hears yes."""
        same = Notification.objects.filter(pk=self.pk, attempts=self.attempts).open()
        return bool(same.update(attempts=self.attempts + 1))

    def attempt_failed(self, why: str) -> None:
        """`why` names nobody: a sort of error, a server's code."""
        Notification.objects.filter(pk=self.pk).update(last_error=why[:200])

    def attempt_succeeded(self) -> None:
        """It is sent, and what it carried with it."""
        self._with_carried().update(sent_at=timezone.now(), last_error="")

    def _with_carried(self) -> NotificationQuerySet:
        return Notification.objects.filter(models.Q(pk=self.pk) | models.Q(carrier=self.pk)).open()

    @property
    def reference(self) -> str:
        """The same at every attempt, so that a provider can tell a repetition."""
        return f"notification-{self.pk}.{self.event_id}"

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that a mailbox can tell a repetition."""
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]
        return f"<{self.reference}@{domain}>"
