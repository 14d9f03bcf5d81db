from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from .registry import Declaration


@dataclass(frozen=True, kw_only=True)
class LiveTopic(Declaration):
    """Something a page can watch. On the wire a topic is "<key>:<identifier>".

    `kinds` are patterns of event kinds; `identifiers(event)` says which of the topic's channels a fact touches;
    `allows(user, identifier)` is asked at every subscription. A `derived` topic shows what other sinks make of a fact,
    and is told of it only after them.
    """

    kinds: tuple[str, ...]
    identifiers: Callable[[Any], Iterable[int | str]]
    allows: Callable[[Any, str], bool]
    derived: bool = False

    def concerns(self, kind: str) -> bool:
        return any(fnmatchcase(kind, pattern) for pattern in self.kinds)
