"""For whom the time bank stands in the menus."""

from __future__ import annotations

from .models import HoursAccount


def concerns(user) -> bool:
    """Whoever takes part, or did and still has an account."""
    return user.has_perm("community.use_time_bank") or HoursAccount.objects.filter(person=user).exists()
