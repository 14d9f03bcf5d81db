"""Who is under 18 in a household, and who are its adults."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import models

MENU_LAGS = 60  # seconds


def minors_with(adult) -> models.QuerySet:
    """The minors of somebody's household, for an adult of it."""
    return _across(adult, is_adult=True)


def adults_with(minor) -> models.QuerySet:
    """The adults of a minor's household."""
    return _across(minor, is_adult=False)


def _across(person, *, is_adult: bool) -> models.QuerySet:
    homes = person.household_memberships.filter(until=None, is_adult=is_adult).values("household")
    return get_user_model().objects.filter(
        household_memberships__household__in=homes,
        household_memberships__until=None,
        household_memberships__is_adult=not is_adult,
    )


def concerns_parents(user) -> bool:
    """For the menus, which every page draws: remembered for MENU_LAGS, and no right."""
    return user.is_authenticated and cache.get_or_set(
        f"community.minors.{user.pk}", lambda: minors_with(user).exists(), MENU_LAGS
    )
