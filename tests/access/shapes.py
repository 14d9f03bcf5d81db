"""How a row of the access matrix is written, and what is said of the trace that a page leaves."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .people import ANYONE
from .world import World

NO_UUID = [uuid.UUID(int=0)]
NO_NUMBER = [999_999]


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something behind an address: its arguments, and who may see it."""

    name: str = "the page"
    arguments: Callable[[World], list[Any]] = lambda world: []
    seen_by: frozenset[str] = ANYONE
    written_by: frozenset[str] | None = None
    post: int | None = None  # where a form is answered otherwise here than elsewhere at the same address

    def writers(self) -> frozenset[str]:
        return self.seen_by if self.written_by is None else self.written_by


@dataclass(frozen=True, kw_only=True)
class Route:
    """An address. `get` and `post` are the statuses for those who may; `post` is sent without any field.

    `visitor` is the status for whoever has not signed in (None: sent to sign in, for whatever method);
    `missing` are arguments that lead to nothing. What `changes_nothing` when it is sent a form wants no token for it.
    """

    things: tuple[Thing, ...] = (Thing(),)
    get: int = 200
    post: int | None = None
    visitor: int | None = None
    missing: list[Any] | None = None
    methods: tuple[str, ...] = ("get", "post")
    path: str = ""  # for what cannot be reversed
    changes_nothing: bool = False

    def expected(self, method: str, thing: Thing | None = None) -> int:
        if method == "post" and thing is not None and thing.post is not None:
            return thing.post
        return self.get if method == "get" or self.post is None else self.post


def public(**fields) -> Route:
    """The same for everybody, signed in or not."""
    get = fields.get("get", 200)
    return Route(**{"visitor": get, **fields})


@dataclass(frozen=True)
class Asks:
    """The page stays closed until the reader has said why. Of `people` that it is about each finds the reading."""

    path: Callable[[World], str]
    persona: str
    people: Callable[[World], int] = lambda world: 1


@dataclass(frozen=True)
class Notes:
    """The page opens at once and writes the reading down, with that reason; `about` is a person, or a list of them."""

    path: Callable[[World], str]
    persona: str
    reason: str
    about: Callable[[World], Any]
