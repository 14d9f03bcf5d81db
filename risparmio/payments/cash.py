"""The cash of each desk: what there should be, counted at the day's end, carried to the bank."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import ask_to_step_up, has_stepped_up, step_up_and_send_again
from portal.ledger import BadAmount, LimitReached
from portal.ui.amounts import money
from risparmio.agreements.errors import NotPossible
from risparmio.agreements.pages import sent_otherwise
from risparmio.book.accounts import differences, till_of
from risparmio.sent import OtherBody

from .forms import CarryForm, CountForm, TakeBackForm
from .till_states import receipts_since, tills
from .tills import CashTrip, cover_difference

PER_PAGE = 25
MOST_RECEIPTS = 50  # beside a count


@never_cache
@login_required
def cash(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("risparmio.view_cash"):
        raise Http404
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    on_the_way = CashTrip.objects.under_way().select_related("desk", "carried_by")
    context = {
        "tills": tills(),
        "page": Paginator(on_the_way, PER_PAGE).get_page(request.GET.get("page")),
        "difference": abs(differences().balance()),
        "may_cover": request.user.has_perm("risparmio.keep_savings"),
        "may_count": request.user.has_perm("risparmio.count_cash"),
    }
    return render(request, "risparmio/payments/cash.html", context)


@never_cache
@login_required
def count_cash(request: HttpRequest, pk: int) -> HttpResponse:
    desk = _desk(request, pk)
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    expected = till_of(desk.pk).balance()
    form = CountForm(request.POST or None, expected=expected)
    since = receipts_since().filter(desk=desk).select_related("received_by")[:MOST_RECEIPTS]
    return _answer(
        request, desk, form, "risparmio/payments/count_cash.html", expected=expected, receipts=since
    )


@never_cache
@login_required
def carry_cash(request: HttpRequest, pk: int) -> HttpResponse:
    desk = _desk(request, pk)
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    expected = till_of(desk.pk).balance()
    form = CarryForm(request.POST or None, initial={"cents": expected or None})
    return _answer(request, desk, form, "risparmio/payments/carry_cash.html", expected=expected)


@never_cache
@login_required
def take_back_trip(request: HttpRequest, pk: int) -> HttpResponse:
    """It was written down wrongly; somebody else than who carried it says so."""
    trip = get_object_or_404(CashTrip.objects.select_related("desk", "carried_by"), pk=pk)
    if not request.user.has_perm("risparmio.take_back_cashtrip", trip):
        raise Http404
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    form, status = TakeBackForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                trip.take_back(by=request.user, **form.cleaned_data)
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(
                    request, _("Taken back: the book has this cash at the desk again. Count it.")
                )
                return redirect("risparmio:cash")
    crumbs = [{"title": _("Cash"), "url": reverse("risparmio:cash")}]
    context = {"trip": trip, "form": form, "crumbs": crumbs}
    return render(request, "risparmio/payments/take_back_trip.html", context, status=status)


@never_cache
@login_required
def cover(request: HttpRequest) -> HttpResponse:
    """What counts have found too little or too much is the agency's, after a question."""
    if not request.user.has_perm("risparmio.keep_savings"):
        raise Http404
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    back, cents = reverse("risparmio:cash"), differences().balance()
    if request.method == "POST":
        try:
            cover_difference(by=request.user, cents=_seen(request))
        except NotPossible as refusal:
            messages.error(request, str(refusal))
        except LimitReached:
            messages.error(request, _("The agency's account holds too little: it has to pay in first."))
        else:
            messages.success(request, _("Booked: the difference is the agency's."))
        return redirect(back)
    if not cents:
        return redirect(back)
    words = (
        _(
            "Counts of cash have found %(amount)s too little. The agency bears it: no household ever pays for it."
        )
        if cents > 0
        else _(
            "Counts of cash have found %(amount)s too much, and nobody knows whose it is. The agency keeps it."
        )
    )
    context = {
        "title": _("Cover the difference"),
        "window": _("Cash"),
        "text": words % {"amount": money(abs(cents))},
        "action": _("Yes, book it"),
        "seen": cents,
        "url": back,
        "crumbs": [{"title": _("Cash"), "url": back}],
    }
    return render(request, "risparmio/payments/cover.html", context)


def _seen(request: HttpRequest) -> int:
    """Cents, as the page has said them: 0 where it says none."""
    said = request.POST.get("seen", "")
    figures = said.removeprefix("-")
    return int(said) if figures.isascii() and figures.isdigit() and len(figures) < 16 else 0


def _desk(request: HttpRequest, pk: int) -> Any:
    if not request.user.has_perm("risparmio.count_cash"):
        raise Http404
    return get_object_or_404(apps.get_model("portal", "Desk"), pk=pk)


def _answer(
    request: HttpRequest, desk: Any, form: CountForm | CarryForm, template: str, **shown: Any
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = _take(request, desk, form)
        if not status:
            messages.success(request, _("Written down."))
            return redirect("risparmio:cash")
    crumbs = [{"title": _("Cash"), "url": reverse("risparmio:cash")}]
    return render(request, template, {"desk": desk, "form": form, "crumbs": crumbs, **shown}, status=status)


def _take(request: HttpRequest, desk: Any, form: CountForm | CarryForm) -> int:
    """0 once it is done; else the status of the page that says why not, in the form."""
    if not form.is_valid():
        return 422
    amount = "counted" if "counted" in form.fields else "cents"
    try:
        form.take(desk, by=request.user)
    except OtherBody as other:
        sent_otherwise(form, other.row)
        return 409
    except LimitReached:
        there = money(till_of(desk.pk).balance())
        form.add_error(amount, _("There is less in the till: %(amount)s.") % {"amount": there})
    except BadAmount:
        form.add_error(amount, _("This amount is too large."))
    except ValueError:
        form.must_explain()  # somebody gave a receipt while this was counted
    else:
        return 0
    return 422
