"""How easily an Italian text is read: the Gulpease index of 1988, made for Italian and counted in letters.

    89 + (300 · sentences − 10 · letters) / words

From 0, which nobody reads, to 100. It counts; it does not understand: a short sentence may still say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

LANGUAGE = "it"
# Whoever finished primary school reads alone what stands at 80 and above; middle school, 60; high school, 40.
EASY, MIDDLE, HARD = 80, 60, 40
# Of fewer words the figure says nothing.
FEWEST = 20
# Of a sentence by itself the figure depends on a word or two: fewer words than these are not worth telling of.
FEWEST_OF_ONE = 10
SHOWN = 3

_WORD = re.compile(r"\w+(?:['’]\w+)*['’]?")
# A stop ends a sentence only before a space: 8.000 € and www.abitare.example go on.
_END = re.compile(r"(?<=[.!?…])[\"»”)]*\s+")


@dataclass(frozen=True)
class Readability:
    """`index` from 0 to 100, None for too short a text; `hard` are the hardest sentences, with their words."""

    index: int | None
    words: int = 0
    sentences: int = 0
    hard: list[tuple[str, int]] = field(default_factory=list)

    @property
    def judgement(self) -> str:
        """In plain words, for whoever writes."""
        if self.index is None:
            return _("Too short to say.")
        if self.index >= EASY:
            return _("Easy: who finished primary school reads it alone.")
        if self.index >= MIDDLE:
            return _("Fair: who finished middle school reads it alone, with primary school alone it is hard.")
        if self.index >= HARD:
            return _("Hard: even with middle school people need help.")
        return _("Very hard: only people who studied for long read it.")


def measure(pieces: Iterable[str]) -> Readability:
    """Of a text in pieces (paragraphs, items, headings), of which each ends a sentence."""
    sentences: list[tuple[str, int, int]] = []  # with their words and letters
    for piece in pieces:
        for sentence in _END.split(" ".join(piece.split())):
            found = _WORD.findall(sentence)
            if not found:
                continue
            letters = sum(character.isalnum() for word in found for character in word)
            sentences.append((sentence, len(found), letters))
    words, letters = sum(s[1] for s in sentences), sum(s[2] for s in sentences)
    if words < FEWEST:
        return Readability(None, words, len(sentences))
    index = round(min(100, max(0, _figure(len(sentences), words, letters))))
    return Readability(index, words, len(sentences), _hardest(sentences))


def _figure(sentences: int, words: int, letters: int) -> float:
    return 89 + (300 * sentences - 10 * letters) / words


def _hardest(sentences: list[tuple[str, int, int]]) -> list[tuple[str, int]]:
    """Those that stand below the middle by themselves, the hardest first."""
    told = [
        (_figure(1, words, letters), sentence, words)
        for sentence, words, letters in sentences
        if words >= FEWEST_OF_ONE
    ]
    hard = sorted(one for one in told if one[0] < MIDDLE)
    return [(sentence, words) for _own, sentence, words in hard[:SHOWN]]
