from django.db import models
from django.utils.translation import gettext_lazy as _


class LivePosition(models.Model):
    """The last event that touched a topic. The socket may lose hints; this row is what a client catches up with."""

    topic = models.CharField(_("topic"), max_length=120, primary_key=True)
    event_id = models.PositiveBigIntegerField(_("last event"))

    class Meta:
        verbose_name = _("live position")
        verbose_name_plural = _("live positions")

    def __str__(self) -> str:
        return f"{self.topic} at {self.event_id}"
