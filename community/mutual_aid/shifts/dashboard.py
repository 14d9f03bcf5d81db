"""What shifts show on pages that are not theirs: my home."""

from __future__ import annotations

from django.http import HttpRequest

from community.mutual_aid.neighbourhood import coordinated_by, reach_of

from .models import Shift


def my_shifts(request: HttpRequest) -> dict | None:
    """The next places somebody has, and how many shifts near them lack somebody."""
    if not reach_of(request.user):
        return None
    mine = list(Shift.objects.coming().held_by(request.user).with_plans()[:3])
    return {"mine": mine}


def to_note(request: HttpRequest) -> dict | None:
    """For whoever runs shifts: those that are over and where nobody has said yet who was there."""
    if not coordinated_by(request.user):
        return None
    found = list(Shift.objects.to_note(request.user).with_plans().order_by("-starts_at", "pk")[:3])
    return {"shifts": found} if found else None
