from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from risparmio.roles import keeper

from .formats.errors import MonthClosed
from .words import FileState, Meaning

# A file of ten thousand lines takes minutes. One that is still under way after so long has lost its worker for good.
PATIENCE = timedelta(minutes=30)


class StatementQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> StatementQuerySet:
        """Whoever keeps, approves or audits: a statement names everybody's payments."""
        return self if user.is_authenticated and user.is_active and keeper(user) else self.none()


class FileQuerySet(StatementQuerySet):
    def without_content(self) -> FileQuerySet:
        """For lists: a file may be megabytes."""
        return self.defer("packed")

    def under_way(self) -> FileQuerySet:
        return self.filter(state__in=(FileState.WAITING, FileState.READING))

    def lost(self) -> FileQuerySet:
        """Under way for so long that nobody reads them any more."""
        return self.under_way().filter(sent_at__lt=timezone.now() - PATIENCE)

    def waiting_for_a_yes(self) -> FileQuerySet:
        """Refused because of lines of a closed month: somebody may say that they count on the first open day."""
        return self.filter(state=FileState.REFUSED, refusal__kind=MonthClosed.__name__)


class LineQuerySet(StatementQuerySet):
    def unknown(self) -> LineQuerySet:
        """Booked, and nobody knows yet what for."""
        return self.filter(meaning=Meaning.UNKNOWN)

    def once(self) -> LineQuerySet:
        """Each movement once: without those of which somebody has said that another line is the same."""
        return self.exclude(meaning=Meaning.TOLD)

    def asked(self) -> LineQuerySet:
        """Of which somebody has said what it is to be, and a second person has not said yes."""
        return self.exclude(asked="")

    def oldest_first(self) -> LineQuerySet:
        return self.order_by("day", "id")
