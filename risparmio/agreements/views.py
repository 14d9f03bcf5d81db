from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal.access import ask_to_step_up, has_stepped_up
from portal.ledger import statement
from risparmio.book.models import BankAccount
from risparmio.payments.epc import payload, svg
from risparmio.reference import grouped

from .lines import told
from .models import SavingsAgreement
from .picture import Picture


@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The savings of one's own household; to everybody else what savings are, and nothing of anybody's."""
    own = SavingsAgreement.objects.of_adult(request.user).with_household()
    latest = own.order_by(F("closed_on").desc(nulls_first=True), "-number").first()
    if latest is None:
        return render(request, "risparmio/agreements/nothing.html")
    return _page(request, latest) if has_stepped_up(request) else ask_to_step_up(request)


@never_cache
@login_required
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page, for whoever works with savings."""
    seen = _seen(request, pk)
    return _page(request, seen) if has_stepped_up(request) else ask_to_step_up(request)


@never_cache
@login_required
def pay_in(request: HttpRequest, pk: int) -> HttpResponse:
    """How to pay now: a square that banking apps read, and the same in words to copy."""
    seen = _seen(request, pk)
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    bank = BankAccount.objects.filter(is_paid_into=True).first()
    picture = Picture.of(seen, timezone.localdate())
    cents = picture.still_due or (picture.next.missing if picture.next else 0)
    context = {
        "agreement": seen,
        "bank": bank,
        "cents": cents,
        "reference": grouped(seen.reference),
        "iban": grouped(bank.iban) if bank else "",
        "square": svg(payload(name=bank.holder, iban=bank.iban, cents=cents, reference=seen.reference))
        if bank and cents
        else "",
    }
    return render(request, "risparmio/agreements/pay_in.html", context)


def _page(request: HttpRequest, agreement: SavingsAgreement) -> HttpResponse:
    picture = Picture.of(agreement, timezone.localdate())
    context = {
        "agreement": agreement,
        "picture": picture,
        "waiting": agreement.plans.waiting().first(),
        "lines": list(reversed(told(statement(agreement.ledger))))[:5],
        "payout": agreement.payouts.open().first(),
    }
    return render(request, "risparmio/agreements/agreement.html", context)


def _seen(request: HttpRequest, pk: int) -> SavingsAgreement:
    """To whoever may not, it is missing."""
    agreement = SavingsAgreement.objects.visible_to(request.user).with_household().filter(pk=pk).first()
    if agreement is None:
        raise Http404
    return agreement
