from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest

from .registry import Declaration


@dataclass(frozen=True, kw_only=True)
class DashboardCard(Declaration):
    """A card on `/casa/` ("home") or on the staff's "my day" ("day").

    `context` returns what `template` needs, or None when the card does not concern this person; at most 3 queries.
    """

    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]
    place: Literal["home", "day"] = "home"
