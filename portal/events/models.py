from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind, find

from .querysets import EventQuerySet


class Event(models.Model):
    """A fact, stated once. The row is the outbox: whatever follows from it is derived by the sinks.

    `data` holds ids and codes, never prose: wording belongs to the reader's language, secrets to their own tables.
    """

    kind = models.CharField(_("kind"), max_length=100, db_index=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    # For whom the actor did it, where it was not for themselves.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=36)
    target = GenericForeignKey()
    data = models.JSONField(default=dict, blank=True)
    announced_at = models.DateTimeField(null=True, editable=False)
    dispatched_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    next_attempt_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "id"], name="event_history"),
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(dispatched_at=None), name="event_outbox"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def declaration(self) -> EventKind | None:
        """The kind as its app declares it; None once that plugin is gone."""
        return find(EventKind, self.kind)
