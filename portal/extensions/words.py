"""By which words something is found: the same for every source of the search, on every database.

Neither SQLite's LIKE nor PostgreSQL's dictionaries fold the accents of Italian and Arabic without further installation,
so the portal compares words that it has folded itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, reduce
from operator import and_, or_

from django.db.models import Q

from .registry import Text

# Letters and digits, with the accents and vowel signs that some keyboards write as marks of their own.
WORD = re.compile(r"(?:[^\W_][\u0300-\u036f\u064b-\u065f\u0670]*)+")
# What number and gender change at the end of a word in Italian and English: guasto, guasti; home, homes.
_ENDING = re.compile(r"(?<=[a-z]{3})(?:es|s|[aeiou]{1,2})$")
_MOST_WORDS = 12  # of a query; whoever writes more has described it well enough


def folded(text: str) -> str:
    """Small letters without accents, vowel signs and other marks."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )


def words_of(text: str) -> list[str]:
    """The words of a text, folded and without their endings: "Le perdite d'ACQUA" are le, perdit, d, acqu."""
    return [_ENDING.sub("", word) for word in WORD.findall(folded(text))]


def wanted(query: str) -> list[str]:
    """The words of a query that are worth looking for: articles and the like only when there is nothing else."""
    words = list(dict.fromkeys(words_of(query)))
    return ([word for word in words if len(word) > 2 or word.isdecimal()] or words)[:_MOST_WORDS]


def containing(query: str, *fields: str, **choices: Iterable[tuple[str, Text]]) -> Q:
    """For a `filter()`: the rows where every word of the query begins a word in one of these text fields.

    `category=Category.choices` also looks at what the reader sees of a field that holds a choice.
    """
    understood = getattr(query, "senses", None)  # a query of the search knows other ways to say it
    if understood is None:
        senses = [[[word]] for word in wanted(query)]
    else:
        senses = [[words for way in ways if (words := wanted(" ".join(way)))] for ways in understood]
    found = (
        reduce(or_, (_all_of(words, fields, choices) for words in ways), Q(pk__in=[])) for ways in senses
    )
    return reduce(and_, found) if senses else Q(pk__in=[])


def _all_of(
    words: Iterable[str], fields: Iterable[str], choices: Mapping[str, Iterable[tuple[str, Text]]]
) -> Q:
    return reduce(and_, (_containing(word, fields, choices) for word in words))


def _containing(word: str, fields: Iterable[str], choices: Mapping[str, Iterable[tuple[str, Text]]]) -> Q:
    found = Q(pk__in=[])
    for field in fields:
        found |= Q(**{f"{field}__iregex": _pattern(word)})
    for field, named in choices.items():
        meant = [value for value, label in named if any(w.startswith(word) for w in words_of(str(label)))]
        found |= Q(**{f"{field}__in": meant})
    return found


def _pattern(word: str) -> str:
    """A regular expression for Python (SQLite) and PostgreSQL alike: the word with whatever accents."""
    return r"(^|\W)" + "".join(f"[{letter}{_accented().get(letter, '')}]" for letter in word)


@cache
def _accented() -> dict[str, str]:
    """The letters of Latin and Arabic script that fold to each plain one: "e" has "èéêë…"."""
    found: defaultdict[str, str] = defaultdict(str)
    for letter in map(chr, (*range(0x00C0, 0x0250), *range(0x0620, 0x0700))):
        if len(plain := folded(letter)) == 1 and plain != letter:
            found[plain] += letter
    return dict(found)
