from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .registry import Declaration, Text


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """`language` is the code of what title and summary are written in, where that is not the reader's.

    `kind` says what kind of thing it is, in the plural: what one source finds is shown apart by it.
    """

    title: str
    url: str
    summary: str = ""
    icon: str = "file-text"
    language: str = ""
    kind: Text = ""


@dataclass(frozen=True, kw_only=True)
class SearchSource(Declaration):
    """Something that can be searched.

    `find(user, query, limit)` gives only what `user` may see, the best first, and asks the database at most 4 times.
    The query is as somebody typed it, 200 characters at most, and knows other ways to say it; `containing`
    (portal.extensions) makes a filter of it.
    """

    label: Text
    find: Callable[[Any, str, int], Sequence[SearchHit]]
