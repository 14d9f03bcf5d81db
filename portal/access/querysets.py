from __future__ import annotations

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q


class ConfidentialReadQuerySet(models.QuerySet):
    def visible_to(self, user) -> ConfidentialReadQuerySet:
        """One's own, of whoever looked; for who watches over it, all but those of what is read in confidence: a model
        says so (`read_in_confidence`), and its readings are told to nobody but whom they are about.

        portal.view_confidentialread says it of one.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if not user.has_perm("portal.view_reads"):
            return self.filter(about=user)
        return self.filter(Q(about=user) | ~Q(content_type__in=_kinds_in_confidence()))

    def with_people(self) -> ConfidentialReadQuerySet:
        """With all that a line of a list shows."""
        return self.select_related("reader", "about", "content_type")


def _kinds_in_confidence() -> list[ContentType]:
    models_in_confidence = [
        model for model in apps.get_models() if getattr(model, "read_in_confidence", False)
    ]
    return list(ContentType.objects.get_for_models(*models_in_confidence).values())
