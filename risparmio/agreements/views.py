"""What a household sees of its savings, and whoever works with them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import F, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal.access import ask_to_step_up, has_stepped_up
from portal.ui.navigation import navigation_of
from risparmio.reference import grouped
from risparmio.roles import advises

from .last_lines import last_lines
from .models import SavingsAgreement
from .pages import crumbs_above, question_before, seen
from .picture import Picture
from .signing import side_or_none
from .words import Side, State

LATEST = 5  # lines of what came and went


@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The savings of one's own household; to whoever works with savings their pages, and to everybody else what savings
    are: nothing of anybody's."""
    own = SavingsAgreement.objects.of_adult(request.user).with_household().select_related("supporter")
    latest = own.order_by(F("closed_on").desc(nulls_first=True), "-number").first()
    if latest is None:
        work = [link for link in navigation_of(request).work if link.item.key.startswith("risparmio.")]
        return render(request, "risparmio/agreements/nothing.html", {"work": work})
    return _page(request, latest, Side.HOUSEHOLD) if has_stepped_up(request) else ask_to_step_up(request)


@never_cache
@login_required
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page, for whoever works with savings."""
    found = seen(request, pk)
    side = side_or_none(request.user, found)
    return question_before(request, found, theirs=side == Side.HOUSEHOLD) or _page(request, found, side)


def _page(request: HttpRequest, agreement: SavingsAgreement, side: Side | None) -> HttpResponse:
    waiting = agreement.fetch_plans()
    agreement.fetch_sums()
    prefetch_related_objects([agreement], "payouts")
    picture = Picture.of(agreement, timezone.localdate())
    theirs = side == Side.HOUSEHOLD
    # Of one that has ended: what both sides signed, as the book holds nothing any more.
    last = agreement.final_statements.first() if agreement.state == State.CLOSED else None
    context = {
        "agreement": agreement,
        "theirs": theirs,
        "may_change": side == Side.AGENCY,
        "crumbs": crumbs_above(agreement, theirs=theirs),
        "names": [] if theirs else [person.display_name for person in agreement.adults],
        "reference": grouped(agreement.reference),
        "picture": picture,
        "took": last.left_cents if last else None,
        "waiting": waiting,
        "lines": last_lines(agreement, LATEST, held=picture.held),
        "payout": next((one for one in agreement.payouts.all() if one.is_under_way), None),
        # `request_payout`, which would ask once more whether they live there.
        "may_take_out": theirs or advises(request.user),
    }
    return render(request, "risparmio/agreements/agreement.html", context)
