from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from .registry import Declaration


@dataclass(frozen=True, kw_only=True)
class Schedule(Declaration):
    """Work that comes round. `run` may run late or twice: it must not matter."""

    run: Callable[[], None]
    every: timedelta
