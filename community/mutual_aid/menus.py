"""For whom mutual aid stands in the menus, and the ways between its parts."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from community.safety.areas import answers_anywhere
from community.safety.roles import caseworker

from .neighbourhood import reach_of

MENU_LAGS = 60  # seconds


def belongs(user) -> bool:
    """Whoever lives with the agency or is a member of an organization. Every page asks, for its menu, so the answer is
    remembered for MENU_LAGS; a right never is."""
    if not user.is_authenticated:
        return False
    return cache.get_or_set(f"community.belongs.{user.pk}", lambda: bool(reach_of(user)), MENU_LAGS)


def concerns(user) -> bool:
    """Those, and the agency's caseworkers."""
    return caseworker(user) or belongs(user)


def answers(user) -> bool:
    """Whoever answers for an area, or for all."""
    return user.is_authenticated and cache.get_or_set(
        f"community.answers.{user.pk}", lambda: answers_anywhere(user), MENU_LAGS
    )


def waiting_key(user) -> str:
    """Under which it is remembered how much waits for the yes of whoever answers for an area."""
    return f"community.waiting.{user.pk}"


def count_waiting_anew(user) -> None:
    """They have answered something, or look at all of it: the menu says what is so."""
    cache.delete(waiting_key(user))


def aid_crumbs(*below: dict[str, Any]) -> list[dict[str, Any]]:
    """The way down to a page of mutual aid, and through the pages `below`."""
    return [{"title": _("Mutual aid"), "url": reverse("community:board")}, *below]
