"""For whom letters stand in the menus, and what their badge counts."""

from __future__ import annotations

from django.core.cache import cache

from .models import Thread

MENU_LAGS = 60  # seconds


def writes(user) -> bool:
    """Whether this person may write. Every page asks, for its menu: remembered for MENU_LAGS, unlike the right itself.

    A card that is shown a minute too long leads to a page that asks again.
    """
    return cache.get_or_set(
        f"portal.desk.writes.{user.pk}", lambda: user.has_perm("portal.write_letters"), MENU_LAGS
    )


def waiting_count(user) -> int | None:
    """How many letters wait, told to those who can answer them."""
    return Thread.objects.waiting().count() or None
