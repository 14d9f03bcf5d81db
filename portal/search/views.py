from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.extensions import SearchHit, SearchSource, declared

LONGEST_QUERY = 200  # characters; what is longer is cut
SHORTEST_QUERY = 2
HITS_PER_SOURCE = 20


@dataclass
class Group:
    source: SearchSource
    hits: list[SearchHit]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box for everything: pages, and whatever an app lets this person find, grouped by where it comes from."""
    query = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_QUERY]
    groups = []
    if len(query) >= SHORTEST_QUERY:
        for source in declared(SearchSource):
            if hits := list(source.find(request.user, query, HITS_PER_SOURCE)):
                groups.append(Group(source, hits))
    return render(
        request,
        "portal/search/results.html",
        {
            "query": query,
            "groups": groups,
            "total": sum(len(group.hits) for group in groups),
            "longest": LONGEST_QUERY,
        },
    )
