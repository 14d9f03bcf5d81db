from __future__ import annotations

from typing import Any

from django.db import models

from risparmio.roles import keeper

from .words import Meaning


class StatementQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> StatementQuerySet:
        """Whoever keeps, approves or audits: a statement names everybody's payments."""
        return self if user.is_authenticated and user.is_active and keeper(user) else self.none()


class LineQuerySet(StatementQuerySet):
    def unknown(self) -> LineQuerySet:
        """Booked, and nobody knows yet what for."""
        return self.filter(meaning=Meaning.UNKNOWN)
