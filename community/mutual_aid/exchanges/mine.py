"""Mine: what waits for me, my exchanges, what I have on the board."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from .models import Exchange, Post
from .telling import told_to
from .words import State

PER_PAGE = 20


def waits_for(exchange: Exchange, user) -> str:
    """What somebody has to do first, in a few words; "" where it is the other's turn, or nobody's."""
    side = exchange.side_of(user)
    if exchange.state == State.PROPOSED and side == exchange.author_side:
        return _("Your turn: say yes or no")
    if exchange.state in (State.ACCEPTED, State.SCHEDULED) and exchange.is_past:
        return _("Was it done? Say so")
    if exchange.state == State.ACCEPTED:
        return _("Agree on the day")
    if exchange.state == State.DONE and exchange.stated_side != side:
        return _("Your turn: confirm the hours")
    if exchange.state == State.DISPUTED and side != exchange.reason_side and not exchange.answer:
        return _("Your turn: say how you see it")
    if exchange.state == State.CONFIRMED and side == "receiver":
        return _("Say thank you")
    return ""


def line_of(exchange: Exchange, user) -> dict[str, Any]:
    """An exchange in a list of one's own (parts/line.html); it comes `with_people`."""
    return {
        "exchange": exchange,
        "title": exchange.title_for(user),
        "told": told_to(exchange, user),
        "waits": waits_for(exchange, user),
    }


@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    user = request.user
    show = request.GET.get("show", "")

    def lists() -> dict:
        """Asked for by the template, after it has noted up to where the live topic had come."""
        if show == "over":
            paginator = Paginator(Exchange.objects.of(user).over().with_people(), PER_PAGE)
            page = paginator.get_page(request.GET.get("page"))
            return {"page": page, "over": [line_of(one, user) for one in page]}
        if show == "posts":
            page = Paginator(Post.objects.by(user).with_people(), PER_PAGE)
            return {"posts": page.get_page(request.GET.get("page"))}
        exchanges = list(Exchange.objects.of(user).live().with_people().soonest_first()[:50])
        # A thank-you that was not said yet is the last thing that waits.
        exchanges += Exchange.objects.of(user).filter(state=State.CONFIRMED, receiver=user).with_people()[:5]
        lines = [line_of(one, user) for one in exchanges]
        return {
            "first": [line for line in lines if line["waits"]],
            "coming": [line for line in lines if not line["waits"]],
            "count": len(lines),
        }

    shows = [
        {"label": label, "url": f"?show={key}" if key else "?", "is_current": show == key}
        for key, label in (
            ("", _("Under way")),
            ("posts", _("My offers and requests")),
            ("over", _("Finished")),
        )
    ]
    crumbs = [{"title": _("Mutual aid"), "url": reverse("community:board")}]
    context = {"crumbs": crumbs, "lists": lists, "shows": shows, "show": show}
    return render(request, "community/exchanges/mine.html", context)
