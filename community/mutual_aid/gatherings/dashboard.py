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
    """Those that are over and where this person is to say who was there, or whether somebody was."""
    user = request.user
    if not reach_of(user):
        return None
    found = list(Gathering.objects.to_note(user).order_by("-starts_at", "-pk")[:3])
    for gathering in found:
        gathering.is_run = gathering.organizer_id == user.pk or gathering.host_id in coordinated_by(user)
    return {"gatherings": found} if found else None
