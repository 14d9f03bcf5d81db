from django.contrib.contenttypes.models import ContentType
from django.db import models

from .copies import kinds_with_copies


class AttachmentQuerySet(models.QuerySet):
    def of_draft(self, owner, draft):
        """What was sent with one form, identified by its client id. A client id means nothing without its owner."""
        return self.filter(owner=owner, draft=draft)

    def sent_by(self, person):
        """What somebody sent; not what others keep of it (copies.py)."""
        return self.filter(owner=person).exclude(content_type__in=kinds_with_copies())

    def unsent(self):
        """What belongs to forms that have not been sent successfully yet."""
        return self.filter(content_type=None)

    def in_clear(self):
        """Those that are not sealed: what was told in confidence leaves the portal in no archive."""
        return self.filter(key=None)

    def attached_to(self, target):
        return self.filter(content_type=ContentType.objects.get_for_model(target), object_id=str(target.pk))
