"""What of people's rights over their data shows on my day."""

from __future__ import annotations

from django.db.models import Count, Min
from django.http import HttpRequest

from .models import ErasureRequest


def erasures_to_answer(request: HttpRequest) -> dict | None:
    """For those who see them, how many requests to be erased nobody has answered, and since when; else hidden."""
    if not request.user.has_perm("portal.view_erasures"):
        return None
    unanswered = ErasureRequest.objects.visible_to(request.user).unanswered()
    waiting = unanswered.order_by().aggregate(total=Count("pk"), since=Min("asked_at"))
    return waiting if waiting["total"] else None
