"""What mutual aid shows on pages that are not its own: my home, and the day of whoever answers for an area."""

from __future__ import annotations

from django.http import HttpRequest

from community.mutual_aid.neighbourhood import reach_of
from community.mutual_aid.time_bank.pot import PotRequest
from community.safety.areas import answers_anywhere
from portal.extensions import DashboardCard

from .matching import Match, matches_of
from .mine import line_of
from .models import Exchange, Post

SHOWN = 2  # what waits for somebody stands first; the rest is one tap away


def my_mutual_aid(request: HttpRequest) -> dict | None:
    """For whoever takes part: what needs me; where nothing does, one match."""
    user = request.user
    if not reach_of(user):
        return None
    exchanges = list(Exchange.objects.of(user).live().with_people().soonest_first()[:20])
    lines = [line_of(one, user) for one in exchanges]
    lines.sort(key=lambda line: not line["waits"])
    return {
        "lines": lines[:SHOWN],
        "has_more": len(lines) > SHOWN,
        "match": None if lines else _match(user),
    }


def _match(user) -> Match | None:
    mine = Post.objects.by(user).on_board()[:10]
    return next(iter(matches_of(user, mine, most=1)), None)


def waiting_for_me(request: HttpRequest) -> dict | None:
    """For whoever answers for an area: help to agree to, and what two people do not agree on."""
    if not answers_anywhere(request.user):
        return None
    waiting = Exchange.objects.waiting_for_steward(request.user).select_related("municipality")
    asking = PotRequest.objects.to_decide_by(request.user).count()
    return {"waiting": list(waiting.most_urgent_first()[:6]), "asking": asking}


CARDS = (
    DashboardCard(
        key="community.my_mutual_aid",
        template="community/exchanges/card_mine.html",
        context=my_mutual_aid,
        order=25,
    ),
    DashboardCard(
        key="community.waiting_for_me",
        template="community/exchanges/card_care.html",
        context=waiting_for_me,
        place="day",
        order=35,
    ),
)
