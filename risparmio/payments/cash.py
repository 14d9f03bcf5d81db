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
from risparmio.agreements.pages import sent_otherwise
from risparmio.book.accounts import till_of
from risparmio.sent import OtherBody

from .forms import CarryForm, CountForm
from .till_states import receipts_since, tills
from .tills import CashTrip

PER_PAGE = 25
MOST_RECEIPTS = 50  # beside a count


@never_cache
@login_required
def cash(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("risparmio.view_cash"):
        raise Http404
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    on_the_way = CashTrip.objects.filter(arrived_on=None).select_related("desk", "carried_by")
    context = {
        "tills": tills(),
        "page": Paginator(on_the_way, PER_PAGE).get_page(request.GET.get("page")),
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
