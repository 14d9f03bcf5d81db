from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .registry import Declaration, Text


@dataclass(frozen=True, kw_only=True)
class EventKind(Declaration):
    """A fact that may be recorded. `sentence` tells it in a history and may name `%(actor)s`.

    A `confidential` fact is left out of its object's history, unless whoever shows it has asked whether the reader may
    know (`history_of(obj, confidential=True)`).
    """

    sentence: Text
    icon: str = "circle"
    confidential: bool = False


@dataclass(frozen=True, kw_only=True)
class EventSink(Declaration):
    """Somebody who derives something from facts. `receive` may get the same event again: it must not matter.

    `announce` is for what may not wait until every sink has received the facts before: it gets new facts, many at once,
    before any sink has received them. An event whose `announced_at` is None when it is received was not announced.

    `forget` is called with the ids of events of which nobody is to be told any more by whom and with what they were
    (`portal.events.forget_who`), in that transaction: what was derived from them and names somebody goes.
    """

    receive: Callable[[Any], None]
    announce: Callable[[Sequence[Any]], None] | None = None
    forget: Callable[[Sequence[int]], None] | None = None
