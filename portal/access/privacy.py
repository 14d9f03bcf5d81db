"""What the log of readings knows about a person, and how it goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from portal.ui.words import listed

from .models import KEPT, ConfidentialRead

__all__ = ["KEPT", "expire_reads", "export_reads", "keep_reads"]


def export_reads(user: Any) -> Iterator[dict[str, Any]]:
    """Who read something about the person, and what they read of others; the others are not named."""
    reads = ConfidentialRead.objects.filter(Q(about=user) | Q(reader=user)).with_people().order_by("at", "id")
    for read in reads:
        mine = read.about_id == user.pk
        yield {
            "at": read.at.isoformat(),
            "reader": str(read.reader),
            "roles": listed(read.role_labels),
            "about": str(read.about) if mine else "",
            "what": read.what,
            "reason": str(read.get_reason_display()),
        }


def keep_reads(user: Any) -> int:
    """Nothing is erased: the rows hold numbers only, and lead to an entry that has no name any more."""
    return 0


def expire_reads(before: datetime) -> int:
    return ConfidentialRead.objects.filter(at__lt=before).delete()[0]
