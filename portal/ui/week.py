"""When something is open, day by day: the shape that `portal/components/week.html` shows, wherever hours are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from typing import NamedTuple, Protocol

TO = "\N{WORD JOINER}–\N{WORD JOINER}"  # no line ends between a time and the other


class Line(NamedTuple):
    """A time of a day in words, and what is to be known of it."""

    times: str
    note: str = ""


class Day(Protocol):
    """`lines` is empty on a day on which nothing opens."""

    @property
    def name(self) -> str: ...
    @property
    def lines(self) -> Sequence[Line]: ...
    @property
    def is_today(self) -> bool: ...


def from_to(opens: time, closes: time) -> str:
    """ "9:00–12:30", as it stands on a door."""
    return f"{opens.hour}:{opens:%M}{TO}{closes.hour}:{closes:%M}"


def worth_a_row(week: Iterable[Day]) -> list[Day]:
    """The days on which it opens, and today in any case: that it is closed on all others is said once."""
    return [day for day in week if day.lines or day.is_today]
