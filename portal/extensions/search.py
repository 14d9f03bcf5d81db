from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .registry import Declaration, Text


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    title: str
    url: str
    summary: str = ""
    icon: str = "file-text"


@dataclass(frozen=True, kw_only=True)
class SearchSource(Declaration):
    """Something that can be searched. `find(user, query, limit)` gives only what `user` may see; at most 3 queries."""

    label: Text
    find: Callable[[Any, str, int], Sequence[SearchHit]]
