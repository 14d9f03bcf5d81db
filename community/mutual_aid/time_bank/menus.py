"""For whom the time bank stands in the menus."""

from __future__ import annotations

from django.core.cache import cache

from .models import HoursAccount

MENU_LAGS = 60  # seconds


def concerns(user) -> bool:
    """Whoever takes part, or did and still has an account. Every page asks: it is remembered for MENU_LAGS."""
    return user.is_authenticated and cache.get_or_set(
        f"community.hours.{user.pk}",
        lambda: user.has_perm("community.use_time_bank") or HoursAccount.objects.filter(person=user).exists(),
        MENU_LAGS,
    )
