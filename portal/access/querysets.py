from __future__ import annotations

from django.db import models


class ConfidentialReadQuerySet(models.QuerySet):
    def visible_to(self, user) -> ConfidentialReadQuerySet:
        """One's own, of whoever looked; all, for who watches over it. portal.view_confidentialread says it of one."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.has_perm("portal.view_reads") else self.filter(about=user)

    def with_people(self) -> ConfidentialReadQuerySet:
        """With all that a line of a list shows."""
        return self.select_related("reader", "about", "content_type")
