"""The stems of words, as Snowball finds them: "casa" and "case", "paying" and "paid for" meet in them.

The same on every database, because the portal computes them itself: PostgreSQL's dictionaries do not fold accents
without an extension that a hosted database may refuse, and SQLite's index knows English at most.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import snowballstemmer

from .words import WORD, folded, words_of

ALGORITHMS = {"it": "italian", "en": "english", "ar": "arabic"}
LONGEST = 40  # letters; what is longer is no word, and an index would keep it all the same

# What holds a sentence together and says nothing about it, as `folded` writes it.
STOP_WORDS = frozenset(
    """
    a ad ai al all alla alle allo agli anche c che chi ci co coi col come con cosa cui d da dai dal dall
    dalla dalle dallo dagli de dei del dell della delle dello degli di dove e ed era fa gli ha hai hanno
    ho i il in io l la le lei li lo loro lui ma me mi mia mie miei mio ne nei nel nell nella nelle nello
    negli noi non nostra nostro o per perche piu quale quali quando quanto quello questa queste questi
    questo qui s se sei si sia sono su sua sue sugli sui sul sull sulla sulle sullo suo suoi te ti tra
    tu tua tue tuo tuoi un una uno vi voi vorrei posso devo fare avere essere about am an and any are as
    at be been but by can do does for from get had has have her his how if into is it its my no not of
    on or our she so that the their them there they this to was we were what when where which who why
    will with would you your
    في من على عن الى إلى مع هل ما ماذا كيف أين اين متى هو هي هذا هذه ذلك التي الذي أن ان أو او لا لم لن كان كل
    """.split()  # noqa: SIM905 a list of this length is read as text
)


# And, with, as, for, so: they are written together with the article.
_ARTICLE = re.compile(r"^و?(?:ال|بال|كال|فال|لل)(?=..)")

# A stemmer keeps the word that it works on: two threads would stem each other's.
_one_at_a_time = Lock()


@cache
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(ALGORITHMS[language])


def _stem(word: str, language: str) -> str:
    with _one_at_a_time:
        return _stemmer(language).stemWord(word)


@lru_cache(maxsize=50_000)
def stems(word: str, language: str) -> tuple[str, ...]:
    """What a word of that language is found by: its stem without accents, and the stem of the word without accents,
    where these differ (nobody on a phone types the accent of "pagherà"). In Italian also the word without its last
    vowels, in Arabic without article and feminine ending: Snowball leaves short words whole ("acqua", "acque"). Never
    empty."""
    plain = folded(word)[:LONGEST]
    if language not in ALGORITHMS or not plain.isalpha():
        return (plain,)
    found = [_stem(plain, language), folded(_stem(word.casefold()[:LONGEST], language))]
    if language == "it":
        found += words_of(plain)
    if language == "ar":
        found.append(_bare(plain))
    return tuple(dict.fromkeys(stem for stem in found if stem)) or (plain,)


def _bare(word: str) -> str:
    """An Arabic word without article and what is written together with it, without the alef of a command ("book!",
    "a booking") and without ta marbuta; its last letter as most people type it."""
    bare = _ARTICLE.sub("", word).replace("ى", "ي")
    bare = re.sub(r"^ا(?=[^ةه]{3}$)", "", bare)
    return re.sub(r"(?<=..)[ةه]$", "", bare)


def stems_of(text: str, language: str) -> list[str]:
    """The stems of a text's words, in their order."""
    return [stem for word in WORD.findall(text) for stem in stems(word, language)]


@lru_cache(maxsize=10_000)
def any_stems(word: str) -> frozenset[str]:
    """What somebody's word is looked for by: nobody says in which language they ask."""
    return frozenset({folded(word)[:LONGEST], *(stem for code in ALGORITHMS for stem in stems(word, code))})


def is_stop_word(word: str) -> bool:
    return folded(word) in _FOLDED_STOP_WORDS


_FOLDED_STOP_WORDS = frozenset(folded(word) for word in STOP_WORDS)
