from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest

from .registry import Declaration


@dataclass(frozen=True, kw_only=True)
class DashboardCard(Declaration):
    """A card on `/casa/` ("home"), on the staff's "my day" ("day"), or on the page that a phone shows without a
    connection ("offline": for everybody, signed in or not; what to do in danger).

    `context` returns what `template` needs, or None when the card does not concern this person; at most 3 queries.
    `offline` lets a phone keep a card of `/casa/`, to show it as it was last seen. Whoever holds the phone reads it:
    never mediation, never money.
    """

    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]
    place: Literal["home", "day", "offline"] = "home"
    offline: bool = False
