"""The board: what neighbours offer and ask for, what fits me first."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from community.mutual_aid.neighbourhood import reach_of

from .forms import BoardForm
from .matching import fit_of, matches_of
from .models import Interest, Post
from .words import Category, Kind

PER_PAGE = 10


@never_cache
@login_required
def board(request: HttpRequest) -> HttpResponse:
    user = request.user
    reach = reach_of(user)
    if not reach:
        return render(request, "community/exchanges/outside.html", {"ways": _ways_of_staff(user)})
    filters = BoardForm(request.GET)
    fit = fit_of(user)
    posts = filters.narrow(Post.objects.of_others(user), reach.buildings).best_first(fit).with_people()

    def lists() -> dict[str, Any]:
        """Asked for by the template, after it has noted up to where the live topic had come."""
        page = Paginator(posts, PER_PAGE).get_page(request.GET.get("page"))
        matches = [] if filters.is_narrow or page.number > 1 else matches_of(user, fit.posts)
        shown = {match.post.pk for match in matches}
        cards = [{"post": post, "reasons": fit.reasons(post)} for post in page if post.pk not in shown]
        return {"page": page, "cards": cards, "matches": matches}

    context = {
        "filters": filters,
        "kinds": _links(request.GET, "kind", [("", _("All")), *_plural_kinds()]),
        "categories": _chips(request.GET),
        "towns": sorted(reach.municipalities),
        "lists": lists,
        "is_new_here": not any(fit.wanted.values()) and not Interest.objects.filter(person=user).exists(),
    }
    return render(request, "community/exchanges/board.html", context)


def _ways_of_staff(user: Any) -> list[dict[str, Any]]:
    """Who takes no part themselves, but answers for those who do: where their work is."""
    ways = [
        (
            "community.care_for_exchanges",
            "community:exchange_care",
            "shield-check",
            _("What to agree to and to settle, and what is on the board"),
        ),
        ("community.moderate", "community:abuse_reports", "flag", _("What people report")),
        ("community.change_steward", "stewards:index", "users", _("Who answers for mutual aid")),
        ("portal.view_day", "portal:day", "list-checks", _("My day")),
        ("wagtailadmin.access_admin", "wagtailadmin_home", "library", _("Pages and registers")),
    ]
    return [
        {"url": reverse(name), "icon": icon, "label": label}
        for right, name, icon, label in ways
        if user.has_perm(right)
    ]


def _plural_kinds() -> list[tuple[str, str]]:
    return [(Kind.OFFER, _("Offers")), (Kind.REQUEST, _("Requests"))]


def _chips(asked: QueryDict) -> list[dict[str, Any]]:
    choices = [("", _("All kinds")), *((value, capfirst(label)) for value, label in Category.choices)]
    chips = _links(asked, "category", choices)
    for chip, (value, _label) in zip(chips, choices, strict=True):
        chip["icon"] = Category(value).icon if value else "layout-grid"
    return chips


def _links(asked: QueryDict, name: str, choices: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """A link for each answer to one question, which keeps the answers to all others."""
    links = []
    for value, label in choices:
        query = asked.copy()
        query.pop("page", None)
        query.pop(name, None)
        if value:
            query[name] = value
        links.append(
            {
                "label": label,
                "url": f"?{query.urlencode()}" if query else "?",
                "is_current": asked.get(name, "") == value,
            }
        )
    return links
