"""Wagtail's own index of pages, asked for stems on PostgreSQL and SQLite alike.

Wagtail keeps the index up to date; what it asks of it itself is for editors. Its ranking of SQLite's answers loses the
order as soon as a query has alternatives, and it knows no synonyms: hence the two questions here.

Title: stems and whole words of the title. Body: stems of the summary, several times, and of the text. Autocomplete:
the whole words of all. `SEARCH_CONFIG: simple` (portal/settings/base.py) keeps PostgreSQL from stemming once more.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection, models
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.models import Page
from wagtail.search import index
from wagtail.search.models import IndexEntry

from portal.extensions.queries import Query, Way
from portal.extensions.stems import LONGEST, any_stems, stems_of
from portal.extensions.words import WORD, folded

TITLE_WEIGHS = 1000  # times the rest: one word in the title outweighs a text full of it
SUMMARY_WEIGHS = 5  # times a text's


class TitleStems(index.SearchField):
    """In the index's column for titles, beside the title itself."""

    def __init__(self) -> None:
        super().__init__("title", boost=2)

    def get_value(self, obj: Any) -> str:
        return obj.title_words()


def whole_words(text: str) -> str:
    return " ".join(dict.fromkeys(folded(word)[:LONGEST] for word in WORD.findall(text)))


def title_entry(page: Any) -> str:
    return " ".join([*stems_of(page.title, page.locale.language_code), whole_words(page.title)])


def body_entry(page: Any, text: str) -> str:
    language = page.locale.language_code
    summary = stems_of(page.search_description, language)
    return " ".join([*summary * SUMMARY_WEIGHS, *stems_of(text, language)])


# -- questions ---------------------------------------------------------------------------------------------------------


def having_all(query: Query, pages: QuerySet, limit: int) -> list[str]:
    """Numbers of those pages that have every sense of the query, in whatever words; the best first."""
    return _found(_all(query, _stemmed), ("title", "body"), pages, limit)


def having_any(query: Query, pages: QuerySet, limit: int) -> list[str]:
    """Numbers of those pages that have one of its senses at least: for a whole sentence."""
    return _found(_one(query, _stemmed), ("title", "body"), pages, limit)


def beginning(query: Query, pages: QuerySet, limit: int, *, in_title: bool = False) -> list[str]:
    """Numbers of those pages in which every sense has words that begin like it: for what is still being typed."""
    return _found(_all(query, _begun), ("title",) if in_title else ("autocomplete",), pages, limit)


def _all(query: Query, words: Any) -> str:
    return _joined("AND", [_joined("OR", [_way(way, words) for way in ways]) for ways in query.senses])


def _one(query: Query, words: Any) -> str:
    return _joined("OR", [_way(way, words) for ways in query.senses for way in ways])


def _way(way: Way, words: Any) -> str:
    return _joined("AND", [words(word) for word in way])


def _stemmed(word: str) -> str:
    return _joined("OR", [_token(stem) for stem in sorted(any_stems(word))])


def _begun(word: str) -> str:
    return _token(folded(word)[:LONGEST]) + (":*" if _is_postgresql() else "*")


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _token(word: str) -> str:
    # Letters and digits alone, so that there is nothing in it that could end the quote: of some the folding makes more.
    word = "".join(letter if letter.isalnum() else " " for letter in word).strip() or "0"
    return f"'{word}'" if _is_postgresql() else f'"{word}"'


def _joined(by: str, parts: list[str]) -> str:
    sign = {"AND": " & ", "OR": " | "}[by] if _is_postgresql() else f" {by} "
    return f"({sign.join(parts)})" if len(parts) > 1 else parts[0]


def _found(asked: str, columns: tuple[str, ...], pages: QuerySet, limit: int) -> list[str]:
    ids = pages.order_by().annotate(as_text=Cast("pk", TextField())).values("as_text")
    kinds = get_descendants_content_types_pks(Page)
    if _is_postgresql():
        return list(_on_postgresql(asked, columns, kinds, ids)[:limit])
    return list(_on_sqlite(asked, columns, kinds, ids)[:limit])


def _on_postgresql(asked: str, columns: tuple[str, ...], kinds: list[int], ids: QuerySet) -> QuerySet:
    query = SearchQuery(asked, search_type="raw", config="simple")
    vector, rank = F(columns[0]), SearchRank(F(columns[0]), query)
    if columns == ("title", "body"):
        vector = F("title")._combine(F("body"), "||", False)  # as the index that Wagtail makes
        rank = rank * TITLE_WEIGHS + SearchRank(F("body"), query)
    return (
        IndexEntry.objects.filter(content_type__in=kinds, object_id__in=ids)
        .annotate(vector=vector)
        .filter(vector=query)
        .order_by(rank.desc(), "-pk")
        .values_list("object_id", flat=True)
    )


class _Bm25(Func):
    """SQLite's rank, the better the smaller, with a weight for each column: autocomplete, body, title."""

    function = "bm25"
    output_field = models.FloatField()

    def as_sql(self, compiler, connection, **extra):
        from wagtail.search.models import SQLiteFTSIndexEntry

        return f"bm25({SQLiteFTSIndexEntry._meta.db_table}, 1, 1, {TITLE_WEIGHS})", []


def _on_sqlite(asked: str, columns: tuple[str, ...], kinds: list[int], ids: QuerySet) -> QuerySet:
    # There on SQLite only: Wagtail defines the table for the database that it finds.
    from modelsearch.backends.database.sqlite.query import MatchExpression
    from wagtail.search.models import SQLiteFTSIndexEntry

    return (
        SQLiteFTSIndexEntry.objects.filter(MatchExpression(list(columns), Value(asked)))
        .filter(index_entry__content_type__in=kinds, index_entry__object_id__in=ids)
        .order_by(_Bm25(), "-pk")
        .values_list("index_entry__object_id", flat=True)
    )
