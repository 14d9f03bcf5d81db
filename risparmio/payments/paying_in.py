"""How to pay now: a square that banking apps read, the same in words to copy and share, a sheet to hand on."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache

from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.pages import crumbs_to, question_before, seen
from risparmio.agreements.picture import Picture
from risparmio.agreements.rules import is_theirs
from risparmio.agreements.words import State
from risparmio.book.models import BankAccount
from risparmio.reference import grouped

from .epc import NotPayable, payload, svg
from .forms import PayInForm


@never_cache
@login_required
def pay_in(request: HttpRequest, pk: int) -> HttpResponse:
    """As much as the payer wants; what comes next stands there already."""
    return _page(request, pk, "risparmio/payments/pay_in.html")


@never_cache
@login_required
def pay_in_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """On paper, for whoever pays instead of the household: the reference is enough, no name stands on it."""
    return _page(request, pk, "risparmio/payments/pay_in_sheet.html")


def _page(request: HttpRequest, pk: int, template: str) -> HttpResponse:
    agreement = seen(request, pk)
    theirs = is_theirs.test(request.user, agreement)
    if question := question_before(request, agreement, theirs=theirs):
        return question
    form = PayInForm(request.GET if request.GET.get("importo") else None)
    chosen = form.cleaned_data["importo"] if form.is_valid() else None
    due = _due(agreement)
    context = {
        "agreement": agreement,
        "has_ended": agreement.state == State.CLOSED,
        "crumbs": crumbs_to(agreement, theirs=theirs),
        "form": form if form.is_bound else PayInForm(initial={"importo": due or None}),
        "due": due,
        **_transfer(agreement, chosen or due),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _due(agreement: SavingsAgreement) -> int:
    """What is waited for by now, or comes next; 0 where all is there. Cents."""
    picture = Picture.of(agreement, timezone.localdate())
    return picture.still_due or (picture.next.missing if picture.next else 0)


def _transfer(agreement: SavingsAgreement, cents: int) -> dict[str, Any]:
    bank = BankAccount.objects.filter(is_paid_into=True).first()
    return {
        "bank": bank,
        "cents": cents,
        "reference": grouped(agreement.reference),
        "iban": grouped(bank.iban) if bank else "",
        "square": _square(bank, agreement, cents) if bank and cents else "",
    }


def _square(bank: BankAccount, agreement: SavingsAgreement, cents: int) -> SafeString | str:
    """Nothing where the account cannot be told in a square (a wrong IBAN in the register): the words remain."""
    try:
        return svg(payload(name=bank.holder, iban=bank.iban, cents=cents, reference=agreement.reference))
    except NotPayable:
        return ""
