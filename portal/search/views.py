from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.extensions import SearchHit, SearchSource, declared
from portal.ui.parts import part

LONGEST_QUERY = 200  # characters; what is longer is cut
SHORTEST_QUERY = 2  # letters; one digit may be the number of something
HITS_PER_SOURCE = 20


@dataclass(frozen=True)
class Group:
    """What one source found: the first hits, and whether there are more. None: it did not answer."""

    source: SearchSource
    hits: Sequence[SearchHit] | None
    has_more: bool = False


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box for everything: pages, and whatever an app lets this person find, grouped by where it comes from."""
    query = clean(request.GET.get("q", ""))
    groups = []
    is_too_short = len(query) < SHORTEST_QUERY and not query.isdecimal()
    if not is_too_short:
        groups = [
            part(request, s, lambda s=s: find(s, request.user, query), lambda s=s: Group(s, None))
            for s in declared(SearchSource)
        ]
    groups = [group for group in groups if group.hits is None or group.hits]
    return render(
        request,
        "portal/search/results.html",
        {
            "query": query,
            "is_too_short": bool(query) and is_too_short,
            "groups": groups,
            "total": sum(len(group.hits or ()) for group in groups),
            "longest": LONGEST_QUERY,
        },
    )


def clean(typed: str) -> str:
    """What somebody typed, without what no keyboard writes (a NUL makes PostgreSQL refuse the text), in one line."""
    readable = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in typed)
    return " ".join(readable.split())[:LONGEST_QUERY]


def find(source: SearchSource, user, query: str) -> Group:
    hits = list(source.find(user, query, HITS_PER_SOURCE + 1))
    return Group(source, hits[:HITS_PER_SOURCE], has_more=len(hits) > HITS_PER_SOURCE)
