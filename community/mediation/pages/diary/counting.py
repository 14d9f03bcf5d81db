"""How often it happened: by week and by kind, of one's own diary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone

from community.mediation.diary import Entry, Kind
from portal.ui.days import short_day

WEEKS = 8


@dataclass(frozen=True)
class HowOften:
    """Rows for charts: (what it is called, how many)."""

    weeks: list[tuple[str, int]]
    kinds: list[tuple[str, int]]


def how_often(person: Any) -> HowOften | None:
    """In these eight weeks, the one that runs last; None where there was nothing."""
    first = _monday(timezone.localdate()) - timedelta(weeks=WEEKS - 1)
    counted = (
        Entry.objects.written_by(person)
        .filter(happened_at__date__gte=first)
        .order_by()
        .annotate(week=TruncWeek("happened_at"))
        .values_list("week", "kind")
        .annotate(number=Count("pk"))
    )
    weeks: Counter[date] = Counter()
    kinds: Counter[str] = Counter()
    for week, kind, number in counted:
        weeks[timezone.localtime(week).date()] += number
        kinds[kind] += number
    if not kinds:
        return None
    mondays = (first + timedelta(weeks=number) for number in range(WEEKS))
    return HowOften(
        weeks=[(short_day(monday), weeks[monday]) for monday in mondays],
        kinds=[(str(Kind(kind).label), number) for kind, number in kinds.most_common()],
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
