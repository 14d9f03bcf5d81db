"""What happens, in the order of time: the journal never goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from .clock import happening


class Diary:
    """What is written down for later may write down more; what is as early as something else happens after it."""

    def __init__(self) -> None:
        self._pages: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()

    def on(self, moment: datetime, action: Callable[[], None]) -> None:
        heappush(self._pages, (moment, next(self._numbers), action))

    def tell(self) -> None:
        while self._pages:
            moment, _number, action = heappop(self._pages)
            with happening(moment):
                action()
