from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone


class DataExportQuerySet(models.QuerySet):
    def visible_to(self, user) -> DataExportQuerySet:
        """Nobody's but the person's own, whatever role somebody holds."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(person=user)

    def under_way(self) -> DataExportQuerySet:
        return self.filter(state__in=self.model.UNDER_WAY)

    def ready(self) -> DataExportQuerySet:
        return self.filter(state=self.model.State.READY, expires_at__gt=timezone.now())

    @transaction.atomic
    def forget(self) -> int:
        """Delete the rows, and their files once that is certain; returns how many."""
        exports = list(self)
        for export in exports:
            if export.file:
                storage, name = export.file.storage, export.file.name
                transaction.on_commit(lambda storage=storage, name=name: storage.delete(name), robust=True)
            export.delete()
        return len(exports)


class ErasureRequestQuerySet(models.QuerySet):
    def visible_to(self, user) -> ErasureRequestQuerySet:
        """One's own; all of them, for whoever keeps the register of people."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.has_perm("portal.view_erasures") else self.filter(person=user)

    def open(self) -> ErasureRequestQuerySet:
        """Asked for, confirmed or begun, and not at an end."""
        return self.filter(state__in=self.model.OPEN)

    def unanswered(self) -> ErasureRequestQuerySet:
        """Asked for, and nobody of the staff has confirmed it yet."""
        return self.filter(state=self.model.State.ASKED)

    def done(self) -> ErasureRequestQuerySet:
        return self.filter(state=self.model.State.DONE)

    def due(self) -> ErasureRequestQuerySet:
        """Confirmed, and the time to change one's mind is over; and what has begun and is not at its end."""
        State = self.model.State
        confirmed = models.Q(state=State.CONFIRMED, due_at__lte=timezone.now())
        return self.filter(confirmed | models.Q(state=State.ERASED))
