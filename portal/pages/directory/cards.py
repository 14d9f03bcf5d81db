"""What the directory tells editors on their day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .models import Correction, ResourcePage


def to_look_after(request: HttpRequest) -> dict[str, Any] | None:
    """What organizations wrote, and how many entries nobody has looked at for a year."""
    if not request.user.has_perm("portal.keep_directory"):
        return None
    corrections = Correction.objects.waiting().count()
    unchecked = ResourcePage.objects.unchecked().count()
    return {"corrections": corrections, "unchecked": unchecked} if corrections or unchecked else None
