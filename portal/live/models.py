from django.db import models
from django.utils.translation import gettext_lazy as _

from .querysets import LivePositionQuerySet


class LivePosition(models.Model):
    """How far a topic has come: a number that grows with every fact that touches it.

    It starts from the fact's id, and is never the same twice even where facts are committed in another order than their
    ids: whoever has seen a smaller number has something to ask for.
    """

    topic = models.CharField(max_length=200, unique=True)
    number = models.BigIntegerField()
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = LivePositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("live position")
        verbose_name_plural = _("live positions")
        ordering = ["topic"]

    def __str__(self) -> str:
        return f"{self.topic} {self.number}"
