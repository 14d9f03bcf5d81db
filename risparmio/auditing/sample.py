"""A sample of entries, drawn so that anybody draws the same: all above an amount, and some of the others by a seed.

Of the others those come first whose sha256 of "seed:number" is smallest: no tool of ours is needed to draw them again,
and an entry that is booked later moves few of them.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass
from datetime import date

from risparmio.book.accounts import book_of_money

from .papers import Filed, filed

MOST = 300  # entries: beyond them nobody looks at each


class TooMany(Exception):
    """So many entries lie above the amount: `count`."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


@dataclass(frozen=True)
class Sample:
    """`large`: the entries above the amount; `drawn`: those by the seed. `of`: how many there are in the period."""

    large: list[Filed]
    drawn: list[Filed]
    of: int

    @property
    def wrong(self) -> int:
        return sum(not one.is_right for one in (*self.large, *self.drawn))


def draw(first: date, last: date, *, seed: int, size: int, above: int) -> Sample:
    """`above`: cents; an entry that moves so much or more is in it. Raises TooMany."""
    entries = book_of_money().entries.filter(day__range=(first, last))
    large = set(entries.filter(postings__amount__gte=above).values_list("number", flat=True))
    if len(large) > MOST:
        raise TooMany(len(large))
    numbers = set(entries.values_list("number", flat=True))
    drawn = heapq.nsmallest(size, numbers - large, key=lambda number: _rank(seed, number))
    rows = entries.filter(number__in=[*large, *drawn]).order_by("number").select_related("reverses")
    told = filed(rows.prefetch_related("postings__account"))
    return Sample(
        large=[one for one in told if one.entry.number in large],
        drawn=[one for one in told if one.entry.number not in large],
        of=len(numbers),
    )


def _rank(seed: int, number: int) -> str:
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()
