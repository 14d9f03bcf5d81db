"""For whom conversations stand in the menu, and what the badge counts."""

from __future__ import annotations

from django.core.cache import cache

from .models import ReadMark, unread_key

MENU_LAGS = 60  # seconds


def takes_part(user) -> bool:
    """Whether this person has a conversation. Every page asks, for its menu: remembered for MENU_LAGS."""
    return cache.get_or_set(
        f"community.conversations.{user.pk}",
        lambda: ReadMark.objects.filter(person=user).exists(),
        MENU_LAGS,
    )


def unread_count(user) -> int | None:
    """In how many conversations there is something new; remembered until something is said or read there."""
    if not takes_part(user):
        return None
    count = cache.get_or_set(
        unread_key(user.pk), lambda: ReadMark.objects.filter(person=user).unread().count(), MENU_LAGS
    )
    return count or None
