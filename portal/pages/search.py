from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.text import capfirst
from django.utils.translation import get_language
from wagtail.models import Page

from portal.extensions import SearchHit
from portal.extensions.queries import Query
from portal.extensions.stems import is_stop_word, stems_of
from portal.extensions.words import WORD, folded

from . import index
from .languages import best_first, for_everybody, reader_url

CANDIDATES = 4  # times what is wanted: a page stands there in several languages
MOST_TITLES = 20_000  # whose words are proposed for one that was mistyped
MOST_UNKNOWN = 3  # words of one search for which a nearer one is looked for
COMPARED = 40  # letter by letter, of those that have most in common with an unknown word
KNOWN_FOR = 300  # seconds, at most, for which the words of all titles are remembered
_TITLES = "portal.search.titles"
_LONGEST = 40  # letters of a word that somebody may have meant


def public_pages():
    return for_everybody(Page.objects.live().filter(depth__gt=1))


def find_pages(user: Any, query: str, limit: int) -> list[SearchHit]:
    """Public pages that say it in any language, each shown in the reader's where it can be.

    Somebody who reads English and only knows the Italian word on the letter finds the English guide. What says it in
    the title comes before what says it in the summary, and that before the rest. Asks the database twice, and up to
    four times where there is little to be found.
    """
    query = Query.of(query)
    if not query.senses:
        return []
    pages, most = public_pages(), CANDIDATES * limit
    # All of it; else words that begin like it; else, as in a whole sentence, as much of it as there is.
    found = index.having_all(query, pages, most) or index.beginning(query, pages, most)
    if not found and len(query.senses) > 1:
        found = index.having_any(query, pages, most)
    return _hits(query, found, limit)


def suggested_pages(query: str, limit: int) -> list[SearchHit]:
    """Pages that a search still being typed may mean: by the beginnings of a title's words, else by what `find_pages`
    would find. Asks the database at most three times."""
    query = Query.of(query)
    if not query.senses:
        return []
    pages, most = public_pages(), CANDIDATES * limit
    found = index.beginning(query, pages, most, in_title=True) or index.having_all(query, pages, most)
    return _hits(query, found, limit)


def _hits(query: Query, found: list[str], limit: int) -> list[SearchHit]:
    if not found:
        return []
    place = {int(number): place for place, number in enumerate(found)}
    keys = Page.objects.filter(pk__in=place).values("translation_key")
    versions = list(public_pages().filter(translation_key__in=keys).select_related("locale", "content_type"))
    ranks: dict[Any, tuple] = {}
    for page in versions:
        if page.pk in place:
            leads_on = getattr(page.content_type.model_class(), "leads_on", False)
            rank = (*_outspoken(query, page), not leads_on, place[page.pk])
            ranks[page.translation_key] = min(rank, ranks.get(page.translation_key, rank))
    shown = {page.translation_key: page for page in reversed(best_first(versions))}
    return [_hit(shown[key]) for key in sorted(ranks, key=ranks.__getitem__)[:limit]]


def _outspoken(query: Query, page: Page) -> tuple[int, int, int]:
    """The smaller the more of the query stands in the title, in these words or in others, then in the summary."""
    language = page.locale.language_code
    title, summary = (
        frozenset([*stems_of(text, language), *map(folded, WORD.findall(text))])
        for text in (page.title, page.search_description)
    )
    return -query.senses_in(title), -query.as_typed().senses_in(title), -query.senses_in(summary)


def _hit(page: Page) -> SearchHit:
    language = page.locale.language_code
    model = page.content_type.model_class() or Page
    icon = getattr(model, "icon", "")
    return SearchHit(
        title=page.title,
        url=reader_url(page),
        summary=page.search_description,
        icon=icon if isinstance(icon, str) and icon else "book-open",
        language="" if language == get_language() else language,
        kind=capfirst(model._meta.verbose_name_plural),
    )


# -- a word mistyped ---------------------------------------------------------------------------------------------------


def meant(query: str) -> str:
    """The query with each word that stands in no title as the nearest one that does; "" where none is near.

    Asks the database once every five minutes, and looks at three such words at most: whoever types nothing but strange
    words did not slip.
    """
    titles = cache.get_or_set(_TITLES, lambda: TitleWords.of(_words_of_titles()), KNOWN_FOR)
    changed, unknown = False, 0

    def corrected(match) -> str:
        nonlocal changed, unknown
        word = folded(match.group())
        if not 4 <= len(word) <= _LONGEST or not word.isalpha() or word in titles.known or is_stop_word(word):
            return match.group()
        unknown += 1
        near = titles.nearest(word) if unknown <= MOST_UNKNOWN else ""
        changed = changed or bool(near)
        return near or match.group()

    proposed = WORD.sub(corrected, query)
    return proposed if changed else ""


def _words_of_titles() -> dict[str, str]:
    """Each word as it is written in the first title that has it, by how it is folded."""
    titles = public_pages().values_list("title", flat=True).order_by("pk")[:MOST_TITLES]
    words: dict[str, str] = {}
    for title in titles:
        for word in WORD.findall(title):
            if len(word) > 3 and not is_stop_word(word):
                words.setdefault(folded(word), word.lower())
    return words


@dataclass(frozen=True)
class TitleWords:
    """The words of all titles, prepared to be asked which of them is nearest to another.

    `known`: as written, by how it is folded; `words`: those that may be proposed; `having`: by trigram, where in
    `words` those stand that have it.
    """

    known: dict[str, str]
    words: list[str]
    having: dict[str, array]

    @classmethod
    def of(cls, known: dict[str, str]) -> TitleWords:
        words = [word for word in known if len(word) <= _LONGEST]
        having: dict[str, array] = {}
        for at, word in enumerate(words):
            for trigram in _trigrams(word):
                having.setdefault(trigram, array("I")).append(at)
        return cls(known, words, having)

    def nearest(self, word: str) -> str:
        """The word with most trigrams in common, if one slip or two lie between them; "" if there is none."""
        wanted, shared = _trigrams(word), Counter[int]()
        for trigram in wanted:
            shared.update(self.having.get(trigram, ()))
        alike = sorted(
            (-2 * count / (len(wanted) + len(_trigrams(self.words[at]))), at)
            for at, count in shared.items()
            if abs(len(self.words[at]) - len(word)) <= 2
        )
        most = 1 if len(word) < 6 else 2
        for _likeness, at in alike[:COMPARED]:
            if _slips(word, self.words[at]) <= most:
                return self.known[self.words[at]]
        return ""


def _trigrams(word: str) -> set[str]:
    framed = f"  {word} "
    return {framed[at : at + 3] for at in range(len(framed) - 2)}


def _slips(one: str, other: str) -> int:
    """Letters added, left out, mistaken or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, before, row = before, row, [at]
        for to, theirs in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != theirs))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == theirs:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
    return row[-1]
