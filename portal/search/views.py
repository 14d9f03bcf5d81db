from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.access.limits import client_address, limited
from portal.extensions import SearchHit, SearchSource, declared
from portal.extensions.queries import Query
from portal.pages.search import meant, suggested_pages
from portal.ui.parts import part

from .actions import find_actions
from .forms import AnswerForm
from .models import SearchSynonyms, UnmetSearch
from .synonyms import understood
from .unmet import note_unmet

LONGEST_QUERY = 200  # characters; what is longer is cut
SHORTEST_QUERY = 2  # letters; one digit may be the number of something
HITS_PER_SOURCE = 20
SUGGESTIONS = 6
SUGGESTIONS_PER_MINUTE = "120/m"  # of one address, behind which a whole house may be
PROPOSALS_PER_MINUTE = "30/m"  # for what was mistyped, of one address
A_PAGE = 25


@dataclass(frozen=True)
class Group:
    """What one source found of one kind, and whether the source has more. `hits` None: it did not answer."""

    source: SearchSource
    hits: Sequence[SearchHit] | None
    has_more: bool = False
    kind: str = ""


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box for everything: pages, and whatever an app lets this person find, grouped by what it is."""
    typed = clean(request.GET.get("q", ""))
    is_too_short = len(typed) < SHORTEST_QUERY and not typed.isdecimal()
    query, groups = Query(typed), []
    if not is_too_short:
        query = understood(typed, get_language())
        for source in declared(SearchSource):
            groups += part(
                request,
                source,
                lambda s=source: list(find(s, request.user, query)),
                lambda s=source: [Group(s, None)],
            )
    proposed = ""
    if not is_too_short and not groups:
        note_unmet(request, typed, get_language())
        address = client_address(request)
        if not limited(None, "portal.search.meant", PROPOSALS_PER_MINUTE, by=address):
            proposed = meant(typed)
    return render(
        request,
        "portal/search/results.html",
        {
            "query": query,
            "is_too_short": bool(typed) and is_too_short,
            "groups": groups,
            "total": sum(len(group.hits or ()) for group in groups),
            "longest": LONGEST_QUERY,
            "proposed": proposed,
        },
    )


def clean(typed: str) -> str:
    """What somebody typed, without what no keyboard writes (a NUL makes PostgreSQL refuse the text), in one line."""
    readable = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in typed)
    return " ".join(readable.split())[:LONGEST_QUERY]


def find(source: SearchSource, user, query: Query) -> Iterable[Group]:
    """What it found, by kind; the kind of the best hit comes first."""
    hits = list(source.find(user, query, HITS_PER_SOURCE + 1))
    kinds: dict[str, list[SearchHit]] = {}
    for hit in hits[:HITS_PER_SOURCE]:
        kinds.setdefault(str(hit.kind), []).append(hit)
    for place, (kind, theirs) in enumerate(kinds.items(), 1):
        is_last = place == len(kinds)
        yield Group(source, theirs, has_more=is_last and len(hits) > HITS_PER_SOURCE, kind=kind)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What one can do, and public pages, that what is being typed may mean: options for the list under the box
    (search.js), for everybody the same. Whoever asks too often gets none for a while, and can search all the same;
    that is theirs alone."""
    if limited(None, "portal.search.suggestions", SUGGESTIONS_PER_MINUTE, by=client_address(request)):
        return HttpResponse(status=429, headers={"Cache-Control": "no-store"})
    typed = clean(request.GET.get("q", ""))
    found: list[SearchHit] = []
    if len(typed) >= SHORTEST_QUERY:
        query = understood(typed, get_language())
        found = find_actions(None, query, SUGGESTIONS)
        found += suggested_pages(query, SUGGESTIONS - len(found))
    answer = render(request, "portal/search/suggestions.html", {"hits": found, "query": typed})
    patch_cache_control(answer, public=True, max_age=60)
    return answer


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unmet(request: HttpRequest) -> HttpResponse:
    """What people looked for and did not find, for those who can say it in other words."""
    if not request.user.has_perm("portal.keep_search_words"):
        raise Http404
    form = None
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if _answered(request, form):
            return redirect("portal:unmet_searches")
    asked = Paginator(UnmetSearch.objects.summed(), A_PAGE).get_page(request.GET.get("page"))
    rows = [(row, _form_for(row, form, place)) for place, row in enumerate(asked)]
    return render(
        request,
        "portal/search/unmet.html",
        {"rows": rows, "page_of_rows": asked, "form": form},
        status=422 if form else 200,
    )


def _answered(request: HttpRequest, form: AnswerForm) -> bool:
    """Whether the row is done with: given a meaning, or set aside."""
    words = request.POST.get("words", "")
    if "set_aside" in request.POST:
        UnmetSearch.objects.filter(words=words).delete()
        messages.success(request, _("Set aside. If people go on looking for it, it comes back."))
        return True
    if not form.is_valid():
        return False
    try:
        entry = SearchSynonyms.add(words, form.cleaned_data["means"], by=request.user)
    except ValidationError as error:
        form.add_error("means", error.messages)
        return False
    UnmetSearch.objects.filter(words=words).delete()
    messages.success(request, _("From now on these find the same: %(words)s") % {"words": entry})
    return True


def _form_for(row: dict, sent: AnswerForm | None, place: int) -> AnswerForm:
    if sent is not None and sent.data.get("words") == row["words"]:
        sent.auto_id = f"row{place}_%s"
        return sent
    return AnswerForm(initial={"words": row["words"]}, auto_id=f"row{place}_%s")
