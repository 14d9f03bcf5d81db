from django.db import models
from django.utils.translation import gettext_lazy as _


class LivePosition(models.Model):
    """How far a topic has come. The socket may lose hints; this row is what a client catches up with.

    `event_id` is the last event's id, or more where facts were committed in another order than their ids: it grows with
    every fact, so that whoever has seen a smaller number has something to ask for. `changed_at` tells how sure a page
    can be of having seen it.
    """

    topic = models.CharField(_("topic"), max_length=120, primary_key=True)
    event_id = models.PositiveBigIntegerField(_("last event"))
    changed_at = models.DateTimeField(_("changed on"), auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("live position")
        verbose_name_plural = _("live positions")

    def __str__(self) -> str:
        return f"{self.topic} at {self.event_id}"
