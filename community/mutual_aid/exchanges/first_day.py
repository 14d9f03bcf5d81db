"""The first day: three cards ask what I could give, what I could use, and when; then drafts lie ready."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .forms import PicturesForm
from .models import Interest, Post
from .words import Category, FreeTime, Kind

CARDS = (Interest.Side.GIVE, Interest.Side.USE, Interest.Side.TIME)
DRAFTS = 4  # of each kind; more would be a list to read


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def first_day(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("community.take_part"):
        raise Http404
    number = request.GET.get("card", "1")
    if number == "ready":
        return _ready(request)
    card = int(number) - 1 if number in ("1", "2", "3") else 0
    side = CARDS[card]
    words = FreeTime if side == Interest.Side.TIME else Category
    if request.method == "POST":
        form = PicturesForm(request.POST, choices=words.choices)
        if form.is_valid():
            Interest.say(request.user, side, form.cleaned_data["what"])
        following = card + 2 if card < 2 else "ready"
        return redirect(f"{reverse('community:first_day')}?card={following}")
    said = set(Interest.objects.filter(person=request.user, side=side).values_list("what", flat=True))
    most = _asked_for_most(request.user, side)
    context = {
        "card": card + 1,
        "question": (
            _("What could you give?"),
            _("What could you use?"),
            _("When do you mostly have time?"),
        )[card],
        "following": card + 2 if card < 2 else "ready",
        "pictures": [
            {
                "value": value,
                "label": capfirst(label),
                "icon": words(value).icon,
                "is_chosen": value in said,
                "is_wanted": value in most,
            }
            for value, label in words.choices
        ],
    }
    return render(request, "community/exchanges/first_day.html", context)


def _asked_for_most(user, side: str) -> set[str]:
    """What neighbours ask for, on the card of what one could give; what they offer, on that of what one could use."""
    if side == Interest.Side.TIME:
        return set()
    kind = Kind.REQUEST if side == Interest.Side.GIVE else Kind.OFFER
    counted = Post.objects.of_others(user).filter(kind=kind).order_by().values("category")
    counted = counted.annotate(count=Count("pk")).order_by("-count", "category")
    return set(counted.values_list("category", flat=True)[:3])


def _ready(request: HttpRequest) -> HttpResponse:
    """Drafts made of what was said: one more tap, and they are on the board."""
    said = Interest.objects.filter(person=request.user).exclude(side=Interest.Side.TIME)
    drafts: dict[str, list[Category]] = {Kind.OFFER: [], Kind.REQUEST: []}
    for one in said:
        kind = Kind.OFFER if one.side == Interest.Side.GIVE else Kind.REQUEST
        drafts[kind].append(Category(one.what))
    context = {"offers": drafts[Kind.OFFER][:DRAFTS], "requests": drafts[Kind.REQUEST][:DRAFTS]}
    return render(request, "community/exchanges/ready.html", context)
