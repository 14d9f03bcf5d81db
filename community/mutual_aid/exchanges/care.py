"""For those who answer for an area: help to agree to, what two people do not agree on, who asks the common pot, and
what is on the board."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from community.mutual_aid.menus import count_waiting_anew
from community.mutual_aid.time_bank.models import HoursAccount
from community.mutual_aid.time_bank.pot import PotRequest
from community.safety.areas import areas_coordinated
from community.safety.roles import caseworker

from .models import Exchange, Post

PER_PAGE = 20
MOST_WAITING = 50


@never_cache
@login_required
def care(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not user.has_perm("community.care_for_exchanges"):
        raise Http404
    count_waiting_anew(user)
    posts = Post.objects.on_board().with_people()
    if not caseworker(user):
        posts = posts.filter(municipality__in=areas_coordinated(user))
    context = {
        "waiting": list(
            Exchange.objects.waiting_for_steward(user).with_people().most_urgent_first()[:MOST_WAITING]
        ),
        "asking": PotRequest.objects.to_decide_by(user).select_related("person", "municipality")[
            :MOST_WAITING
        ],
        "pot": HoursAccount.pot().balance,
        "page": Paginator(posts, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "community/exchanges/care.html", context)
