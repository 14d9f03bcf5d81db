from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .registry import Declaration


@dataclass(frozen=True, kw_only=True)
class NotificationKind(Declaration):
    """Whom a fact is told to. `key` is the key of the EventKind.

    `title` is called with the reader's language active and is shown inside the portal only: what leaves it (subjects,
    previews) says no more than that there is news. `url` is the path of the object, without language prefix.

    Whoever did it knows and is not told, unless it `tells_actor`: what a thief does with somebody's own session.
    """

    recipients: Callable[[Any], Iterable[Any]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    icon: str = "bell"
    urgent: bool = False
    tells_actor: bool = False
