from __future__ import annotations

from datetime import date
from email.utils import parseaddr

from django.conf import settings
from django.db import models
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
        PUSH = "push", _("on the screen")

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

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="notified_once_by_channel")
        ]
        indexes = [
            models.Index(fields=["person", "channel", "-id"], name="notification_inbox"),
            models.Index(
                fields=["person"],
                condition=models.Q(channel="inbox", read_at=None),
                name="notification_unread",
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

    def begin_attempt(self) -> bool:
        """Whether the attempt to send is ours: of two tasks for the same row one hears yes."""
        same = Notification.objects.filter(pk=self.pk, sent_at=None, attempts=self.attempts)
        return bool(same.update(attempts=self.attempts + 1))

    def attempt_failed(self, why: str) -> None:
        """`why` names nobody: a sort of error, a server's code."""
        Notification.objects.filter(pk=self.pk).update(last_error=why[:200])

    def attempt_succeeded(self) -> None:
        Notification.objects.filter(pk=self.pk).update(sent_at=timezone.now(), last_error="")

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that a mailbox can tell a repetition."""
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]
        return f"<notification-{self.pk}.{self.event_id}@{domain}>"
