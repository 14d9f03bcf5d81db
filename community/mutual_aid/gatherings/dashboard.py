"""What gatherings show on pages that are not theirs: my home."""

from __future__ import annotations

from django.http import HttpRequest

from community.mutual_aid.neighbourhood import coordinated_by, reach_of

from .models import Gathering


def next_gatherings(request: HttpRequest) -> dict | None:
    """The next ones near somebody, with whether they come."""
    if not reach_of(request.user):
        return None
    near = Gathering.objects.visible_to(request.user).coming().filter(cancelled_at=None)
    found = list(near.with_places().order_by("starts_at", "pk")[:2])
    return {"gatherings": found} if found else None


def to_note(request: HttpRequest) -> dict | None:
    """For whoever coordinates: those that are over and where nobody has said yet who was there."""
    if not coordinated_by(request.user):
        return None
    found = list(Gathering.objects.to_note(request.user).order_by("-starts_at")[:3])
    return {"gatherings": found} if found else None
