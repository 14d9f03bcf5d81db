"""What is approved goes to the bank: in one file, or by hand on the payout's own page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import ask_to_step_up, has_stepped_up, step_up_and_send_again
from portal.ledger import LimitReached
from portal.ui.words import isolated
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.pages import sent_otherwise
from risparmio.sent import OtherBody

from .bank_days import first_bank_day
from .forms import MOST_IN_A_FILE, TransferForm
from .models import Payout
from .pain001 import NotTransferable
from .transfers import TransferOrder
from .words import State

PER_PAGE = 25


@never_cache
@login_required
def transfers(request: HttpRequest) -> HttpResponse:
    """Approved payouts that wait, to be put into a file; and the files made before."""
    user = request.user
    may_order = user.has_perm("risparmio.keep_savings")
    if not user.has_perm("risparmio.view_transferorder") or (request.method == "POST" and not may_order):
        raise Http404
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    waiting = Payout.objects.to_order().with_people().order_by("approved_at", "pk")
    # Nobody sends their own household's money, nor what they asked for or said yes to.
    offered = waiting.exclude(agreement__in=SavingsAgreement.objects.of_adult(user))
    for part in ("requested_by", "approved_by", "seconded_by"):
        offered = offered.exclude(**{part: user})
    shown = list(offered[:MOST_IN_A_FILE])
    initial = {"payouts": [one.pk for one in shown], "execution_day": first_bank_day(timezone.localdate())}
    form, status = TransferForm(request.POST or None, waiting=shown, initial=initial), 200
    if request.method == "POST":
        if form.is_valid() and "sure" not in request.POST:
            return _ask(request, form)
        status = _make(request, form)
        if not status:
            return redirect(form.made)
    files = (
        TransferOrder.objects.select_related("account", "made_by")
        .annotate(number=Count("payouts"), cents=Sum("payouts__cents"))
        .order_by("-made_at", "-pk")
    )
    context = {
        "form": form,
        "may_order": may_order,
        "waiting": shown,
        "all_waiting": waiting.count(),
        "page": Paginator(files, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "risparmio/payments/transfers.html", context, status=status)


@never_cache
@login_required
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    order = _order(request, pk)
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    return _page(request, order)


@never_cache
@login_required
def transfer_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, to hand to the bank; and for whoever checks what the bank was told."""
    order = _order(request, pk)
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    try:
        content = order.content()
    except (NotPossible, NotTransferable) as refusal:
        reason = getattr(refusal, "reason", None) or refusal
        return _page(request, order, refusal=str(reason), status=409)
    answer = HttpResponse(content, content_type="application/xml")
    answer["Content-Disposition"] = content_disposition_header(True, f"{order.message_id}.xml")
    return answer


def _order(request: HttpRequest, pk: int) -> TransferOrder:
    if not request.user.has_perm("risparmio.view_transferorder"):
        raise Http404
    return get_object_or_404(TransferOrder.objects.select_related("account", "made_by"), pk=pk)


def _page(
    request: HttpRequest, order: TransferOrder, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    lines = list(order.payouts.with_people().order_by("pk"))
    context = {
        "order": order,
        "lines": lines,
        "total": sum(one.cents for one in lines),
        "came_back": any(one.state == State.RETURNED for one in lines),
        "may_order": request.user.has_perm("risparmio.keep_savings"),
        "refusal": refusal,
        "crumbs": [{"title": _("Transfers"), "url": reverse("risparmio:transfers")}],
    }
    return render(request, "risparmio/payments/transfer.html", context, status=status)


def _ask(request: HttpRequest, form: TransferForm) -> HttpResponse:
    """Before the households have it no more: how many, and how much altogether."""
    told = form.cleaned_data
    context = {
        "form": form,
        "chosen": told["payouts"],
        "cents": sum(one.cents for one in told["payouts"]),
        "account": told["account"],
        "day": told["execution_day"],
        "crumbs": [{"title": _("Transfers"), "url": reverse("risparmio:transfers")}],
    }
    return render(request, "risparmio/payments/make_transfer.html", context)


def _make(request: HttpRequest, form: TransferForm) -> int:
    """0 once it is made (`form.made`); else the status of the page that says why not: then none is ordered."""
    if not form.is_valid():
        return 422
    try:
        form.made = form.take(by=request.user)
    except OtherBody as other:
        sent_otherwise(form, other.row)
        return 409
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        form.add_error(None, _("Nothing was ordered. Here is what waits now: choose once more."))
        return 409
    except LimitReached as refusal:
        payee = next(
            (
                one.payee
                for one in form.cleaned_data["payouts"]
                if one.agreement.ledger_id == refusal.account.pk
            ),
            "?",
        )
        words = _("Nothing was ordered: there is less by now than the payout to %(payee)s says.")
        form.add_error("payouts", words % {"payee": isolated(payee)})
    except NotTransferable as refusal:
        form.add_error(None, refusal.reason)
    except PermissionDenied:  # of one of them: whoever may make no files at all was sent away before
        form.add_error(None, _("Nothing was ordered: one of these somebody else has to send."))
        form.add_error(None, _("You have asked for it or approved it, or it is your own household’s money."))
        return 409
    else:
        messages.success(request, _("The file is made. Hand it to the bank now."))
        return 0
    return 422
