from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .registry import Declaration, Text


def everybody(user: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class NavigationItem(Declaration):
    """An entry of a menu. `topic`, when given, is the live topic whose hints refresh the `badge` (a count, or None)."""

    label: Text
    url_name: str
    icon: str
    place: Literal["main", "account", "staff"] = "main"
    visible: Callable[[Any], bool] = everybody
    badge: Callable[[Any], int | None] | None = None
    topic: str = ""
