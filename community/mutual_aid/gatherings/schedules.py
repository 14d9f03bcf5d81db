"""What comes round by itself. It may run late, and twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.events import history_of, record

from .models import Gathering

NEAR = timedelta(hours=26)


def remind() -> None:
    """The day before, once: whoever comes, and may have forgotten."""
    soon = Gathering.objects.filter(
        cancelled_at=None, starts_at__gt=timezone.now(), starts_at__lte=timezone.now() + NEAR
    )
    for gathering in soon:
        if not history_of(gathering).filter(kind="community.gathering.near").exists():
            record("community.gathering.near", gathering)
