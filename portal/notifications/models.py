import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from portal.events.models import Event
from portal.extensions import NotificationKind, find

from .querysets import NotificationQuerySet


def new_message_id() -> str:
    """Said again with every attempt, so that mail programs recognise a second copy."""
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname}>"


class Notification(models.Model):
    """That a person is told of a fact by a channel, once. It holds no words: they are made in the reader's language."""

    class Channel(models.TextChoices):
        INBOX = "inbox", _("in the portal")
        EMAIL = "email", _("e-mail")

    event = models.ForeignKey(Event, models.CASCADE, related_name="notifications", verbose_name=_("event"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("person")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    kind = models.CharField(_("kind"), max_length=100)
    created_at = models.DateTimeField(_("told on"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("read on"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    message_id = models.CharField(max_length=200, default=new_message_id, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="told_once_by_each_channel")
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
        return f"{self.kind} #{self.pk}"

    @property
    def declaration(self) -> NotificationKind | None:
        """The kind as its app declares it; None once that plugin is gone."""
        return find(NotificationKind, self.kind)

    @cached_property
    def is_there(self) -> bool:
        """Whether what it is about still exists."""
        return self.declaration is not None and self.event.target is not None

    @property
    def title(self) -> str:
        """What happened, in the language that is active."""
        if not self.is_there:
            return _text("This is no longer there")
        return self.declaration.title(self.event)

    @property
    def icon(self) -> str:
        return self.declaration.icon if self.declaration else "bell"

    @property
    def day(self):
        """The day it was told on, in the portal's time zone."""
        return timezone.localdate(self.created_at)

    def object_path(self) -> str | None:
        """The path of what it is about, without language prefix; None where that is gone."""
        return self.declaration.url(self.event) if self.is_there else None

    def mark_read(self) -> None:
        """Read is read, by whichever channel somebody came."""
        self.person.notifications.filter(event=self.event_id).unread().mark_read()
