"""What somebody looks for, and other ways to say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self

from .stems import any_stems, is_stop_word
from .words import WORD, folded

MOST_WORDS = 12  # of a query; whoever writes more has described it well enough

Way = tuple[str, ...]  # words that together say something: ("perdere", "casa")


class Query(str):
    """As somebody typed it; `senses` are the things it asks for, each with the ways to say it, the typed one first.

    A source of the search may take it for the text that it is: `containing` knows the rest.
    """

    senses: tuple[tuple[Way, ...], ...]

    def __new__(cls, text: str, senses: Iterable[Iterable[Way]] | None = None) -> Self:
        made = super().__new__(cls, text)
        if senses is None:
            senses = [[(word,)] for word in asked_words(text)]
        made.senses = tuple(tuple(ways) for ways in senses)
        return made

    @classmethod
    def of(cls, text: str) -> Query:
        return text if isinstance(text, cls) else cls(text)

    def as_typed(self) -> Self:
        """The same without the other ways to say it."""
        return type(self)(str(self), [ways[:1] for ways in self.senses])

    def words(self) -> Iterator[str]:
        """Every word by which something may have been found."""
        for ways in self.senses:
            for way in ways:
                yield from way

    def senses_in(self, stems: frozenset[str]) -> int:
        """How many of the senses a text with these stems has."""
        return sum(any(all(any_stems(word) & stems for word in way) for way in ways) for ways in self.senses)


def asked_words(text: str) -> list[str]:
    """The words worth looking for, once each: those that hold a sentence together only where there are no others."""
    once: dict[str, str] = {}
    for word in WORD.findall(text):
        once.setdefault(folded(word), word)
    words = list(once.values())
    return ([word for word in words if not is_stop_word(word)] or words)[:MOST_WORDS]
