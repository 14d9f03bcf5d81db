from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from portal.extensions import EventKind, declared


def confidential_kinds() -> list[str]:
    return [kind.key for kind in declared(EventKind) if kind.confidential]


class EventQuerySet(models.QuerySet):
    def about(self, obj: models.Model) -> "EventQuerySet":
        """The history of an object, oldest first, actors at hand."""
        content_type = ContentType.objects.get_for_model(obj)
        return (
            self.filter(content_type=content_type, object_id=str(obj.pk))
            .select_related("actor", "on_behalf_of")
            .order_by("id")
        )

    def not_confidential(self) -> "EventQuerySet":
        return self.exclude(kind__in=confidential_kinds())

    def waiting(self) -> "EventQuerySet":
        """Facts that the sinks have not all taken, and whose next attempt is due."""
        return self.filter(dispatched_at=None, next_attempt_at__lte=timezone.now()).order_by("id")
