from __future__ import annotations

from typing import Any

from django.db import models

from risparmio.roles import keeper

from .words import FileState, Meaning


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


class LineQuerySet(StatementQuerySet):
    def unknown(self) -> LineQuerySet:
        """Booked, and nobody knows yet what for."""
        return self.filter(meaning=Meaning.UNKNOWN)

    def asked(self) -> LineQuerySet:
        """Of which somebody has said what it is to be, and a second person has not said yes."""
        return self.exclude(asked="")

    def oldest_first(self) -> LineQuerySet:
        return self.order_by("day", "id")
