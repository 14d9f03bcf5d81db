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
LONG = 25  # words, from which a sentence is worth dividing
SHOWN = 3

_WORD = re.compile(r"\w+(?:['’]\w+)*['’]?")
# A stop ends a sentence only before a space: 8.000 € and www.abitare.example go on.
_END = re.compile(r"(?<=[.!?…])[\"»”)]*\s+")


@dataclass(frozen=True)
class Readability:
    """`index` from 0 to 100, None for too short a text; `long` are the longest sentences, with their words."""

    index: int | None
    words: int = 0
    sentences: int = 0
    long: list[tuple[str, int]] = field(default_factory=list)

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
    words = letters = 0
    sentences: list[tuple[str, int]] = []
    for piece in pieces:
        for sentence in _END.split(" ".join(piece.split())):
            found = _WORD.findall(sentence)
            if not found:
                continue
            words += len(found)
            letters += sum(character.isalnum() for word in found for character in word)
            sentences.append((sentence, len(found)))
    if words < FEWEST:
        return Readability(None, words, len(sentences))
    index = 89 + (300 * len(sentences) - 10 * letters) / words
    longest = sorted((s for s in sentences if s[1] >= LONG), key=lambda s: -s[1])[:SHOWN]
    return Readability(round(min(100, max(0, index))), words, len(sentences), longest)
