"""A query with all that it may mean: the synonyms that editors keep."""

from __future__ import annotations

from collections.abc import Iterable

from portal.extensions.queries import Query, Way, asked_words
from portal.extensions.stems import any_stems

from .models import MOST_WAYS, SearchSynonyms


def understood(text: str, language: str) -> Query:
    """The query with the other ways to say it. Asks the database once, every time: a change counts at once."""
    words = asked_words(text)
    if not words:
        return Query(text)
    groups = [entry.as_ways() for entry in SearchSynonyms.objects.for_readers_of(language)]
    return Query(text, _senses(words, groups))


def _senses(words: list[str], groups: list[list[Way]]) -> Iterable[list[Way]]:
    at = 0
    while at < len(words):
        length, others = _longest(words[at:], groups)
        typed = tuple(words[at : at + length])
        yield list(dict.fromkeys([typed, *others]))[:MOST_WAYS]
        at += length


def _longest(words: list[str], groups: list[list[Way]]) -> tuple[int, list[Way]]:
    """How many of the words say something that stands in a group, the most of them; and what else says it."""
    best, others = 1, []
    for group in groups:
        here = max((len(way) for way in group if _begins_with(words, way)), default=0)
        if here > best:
            best, others = here, []
        if here and here == best:
            others += group
    return best, others


def _begins_with(words: list[str], way: Way) -> bool:
    return 0 < len(way) <= len(words) and all(
        any_stems(word) & any_stems(theirs) for word, theirs in zip(words, way, strict=False)
    )
