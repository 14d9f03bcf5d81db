"""For whom savings stand in the menus."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from .models import SavingsAgreement

MENU_LAGS = 60  # seconds


def works_with(user: Any) -> bool:
    """Whoever reads the list of all agreements."""
    return user.is_authenticated and user.has_perm("risparmio.list_savingsagreements")


def concerns(user: Any) -> bool:
    """Adults of a household with an agreement. Every page asks: it is remembered for MENU_LAGS."""
    return user.is_authenticated and cache.get_or_set(
        f"risparmio.mine.{user.pk}", lambda: SavingsAgreement.objects.of_adult(user).exists(), MENU_LAGS
    )
