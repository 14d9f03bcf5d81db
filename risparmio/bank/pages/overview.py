from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.ui.amounts import money
from portal.ui.characters import in_one_line
from portal.ui.days import day as in_words
from risparmio.bank.formats.errors import NeedsMapping, Unreadable
from risparmio.bank.models import BankLine
from risparmio.bank.opening import book_opening, booked_opening, missing_opening, take_back_opening
from risparmio.bank.reconciling import standings, with_last_told
from risparmio.bank.sending import send
from risparmio.bank.words import FileState
from risparmio.book.models import BankAccount
from risparmio.sent import OtherBody

from .forms import UploadForm
from .shared import REFUSED, account_or_missing, crumbs, for_keepers, must, prove_first, why_not

PER_PAGE = 25


@for_keepers
def bank(request: HttpRequest) -> HttpResponse:
    """The accounts, how they stand, and a new file."""
    if request.method != "POST":
        prove_first(request)
        return _bank(request, UploadForm(initial={"account": request.GET.get("conto")}))
    must(request, "risparmio.read_statement")
    prove_first(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _bank(request, form, status=422)
    sent = form.cleaned_data
    try:
        file = send(
            sent["account"],
            sent["file"].read(),
            by=request.user,
            client_id=sent["client_id"],
            name=in_one_line(sent["file"].name),
        )
    except Unreadable as error:
        form.add_error("file", error.message)
        needs_columns = sent["account"] if isinstance(error, NeedsMapping) else None
        return _bank(request, form, needs_columns=needs_columns, status=422)
    except OtherBody:
        form.add_error(None, _("This form has sent another file already. Choose this one once more."))
        form.data = form.data | {"client_id": UploadForm.base_fields["client_id"].initial()}
        return _bank(request, form, status=409)
    if not file.is_new and file.state == FileState.READ:
        when = in_words(file.read_at)
        messages.info(request, _("This file was read on %(day)s. Nothing is booked twice.") % {"day": when})
    return redirect(file)


def _bank(
    request: HttpRequest, form: UploadForm, *, needs_columns: BankAccount | None = None, status: int = 200
) -> HttpResponse:
    accounts = list(with_last_told(BankAccount.objects.select_related("ledger")))
    standing = standings(accounts)
    context = {
        "accounts": [(one, standing[one.pk]) for one in accounts],
        "form": form,
        "needs_columns": needs_columns,
        "may_read": request.user.has_perm("risparmio.read_statement"),
        "unknown": BankLine.objects.unknown().count(),
    }
    return render(request, "risparmio/bank/bank.html", context, status=status)


@for_keepers
def bank_account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: how it stands, and the files that were read into it."""
    account = account_or_missing(pk)
    prove_first(request)
    files = account.files.without_content().select_related("sent_by").annotate(parts=Count("statements"))
    files = files.order_by("-sent_at", "-pk")  # a query that counts forgets the order of its model
    standing = standings([account])[account.pk]
    context = {
        "account": account,
        "standing": standing,
        "opening": missing_opening(account) if standing.at_first else None,
        "page": Paginator(files, PER_PAGE).get_page(request.GET.get("page")),
        "booked_opening": booked_opening(account),
        "may_read": request.user.has_perm("risparmio.read_statement"),
        "may_book_opening": request.user.has_perm("risparmio.book_opening"),
        "may_describe": request.user.has_perm("risparmio.describe_columns"),
        "crumbs": crumbs(),
    }
    return render(request, "risparmio/bank/account.html", context)


@for_keepers
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Book what lay in it before its first statement, after a question."""
    account = account_or_missing(pk)
    must(request, "risparmio.book_opening")
    prove_first(request)
    back = reverse("risparmio:bank_account", args=[pk])
    if request.method == "POST":
        return _done(request, book_opening, account, _("Booked as the agency's own money."))
    missing = missing_opening(account)
    if missing is None:
        return redirect(back)
    return render(request, "portal/confirm.html", _question(account, missing.cents, missing.day, back))


@for_keepers
def opening_back(request: HttpRequest, pk: int) -> HttpResponse:
    """It was booked wrongly: taken back, after a question."""
    account = account_or_missing(pk)
    must(request, "risparmio.book_opening")
    prove_first(request)
    back = reverse("risparmio:bank_account", args=[pk])
    if request.method == "POST":
        return _done(
            request, take_back_opening, account, _("Taken back. What is missing can be booked anew.")
        )
    if not (cents := booked_opening(account)):
        return redirect(back)
    words = _(
        "%(amount)s stand booked as the agency's own money. Was this wrong? It is then taken back in the book."
    )
    context = {
        "title": _("Take back what lay in the account before"),
        "window": _("Bank"),
        "text": words % {"amount": money(cents)},
        "action": _("Yes, take it back"),
        "danger": True,
        "url": back,
        "crumbs": crumbs((str(account), back)),
    }
    return render(request, "portal/confirm.html", context)


def _done(request: HttpRequest, verb: Callable[..., Any], account: BankAccount, said: str) -> HttpResponse:
    try:
        verb(account, by=request.user)
    except REFUSED as error:
        messages.error(request, why_not(error))
    else:
        messages.success(request, said)
    return redirect("risparmio:bank_account", account.pk)


def _question(account: BankAccount, cents: int, day: Any, back: str) -> dict[str, Any]:
    said = {"amount": money(cents), "day": in_words(day)}
    return {
        "title": _("What lay in the account before"),
        "window": _("Bank"),
        "text": _(
            "The first statement begins with %(amount)s on %(day)s. Is this the agency's own money? It is then there "
            "to add to savings and to pay what the bank charges. If a part of it is savings of households, do not "
            "book it: ask who kept the account before."
        )
        % said,
        "action": _("Yes, it is the agency's"),
        "url": back,
        "crumbs": crumbs((str(account), back)),
    }
