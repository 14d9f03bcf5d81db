"""What shifts show on pages that are not theirs: my home."""

from __future__ import annotations

from django.http import HttpRequest

from community.mutual_aid.neighbourhood import reach_of

from .models import Shift


def my_shifts(request: HttpRequest) -> dict | None:
    """The next places somebody has, and how many shifts near them lack somebody."""
    if not reach_of(request.user):
        return None
    mine = list(Shift.objects.coming().held_by(request.user).with_plans()[:3])
    return {"mine": mine}


def to_note(request: HttpRequest) -> dict | None:
    """Those that are over and where this person is to say who was there, or whether somebody was."""
    if not reach_of(request.user):
        return None
    found = list(Shift.objects.to_note(request.user).with_plans().order_by("-starts_at", "pk")[:3])
    return {"shifts": found} if found else None
