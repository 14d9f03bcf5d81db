from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Max, Q, Sum
from django.utils import timezone

WEEKS_KEPT = 26


def week_of(day: date) -> date:
    """Its Monday."""
    return day - timedelta(days=day.weekday())


class SynonymsQuerySet(models.QuerySet):
    def for_readers_of(self, language: str) -> SynonymsQuerySet:
        return self.filter(Q(language="") | Q(language=language))


class UnmetQuerySet(models.QuerySet):
    def summed(self) -> models.QuerySet:
        """Dictionaries {words, language, total, last_week}: what was asked most often comes first."""
        return (
            self.values("words", "language")
            .annotate(total=Sum("asked"), last_week=Max("week"))
            .order_by("-total", "words", "language")
        )

    def outdated(self) -> UnmetQuerySet:
        return self.filter(week__lt=week_of(timezone.localdate()) - timedelta(weeks=WEEKS_KEPT))
