from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from risparmio.bank.columns import describe_columns
from risparmio.bank.formats.delimited import guess, read
from risparmio.bank.formats.errors import Unreadable
from risparmio.book.models import BankAccount

from .forms import MappingForm, SampleForm
from .shared import account_or_missing, crumbs, for_keepers, must, prove_first

SHOWN = 5  # lines of the sample


@for_keepers
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands where in this bank's CSV files: from a sample, looked at, and kept."""
    account = account_or_missing(pk)
    must(request, "risparmio.describe_columns")
    prove_first(request)
    if request.method != "POST":
        return _page(request, account, sample=SampleForm())
    if "sample" in request.POST:
        return _described(request, account)
    sample = SampleForm(request.POST, request.FILES)
    if not sample.is_valid():
        return _page(request, account, sample=sample, status=422)
    content = sample.cleaned_data["file"].read()
    try:
        mapping = guess(content)
    except Unreadable as error:
        sample.add_error("file", error.message)
        return _page(request, account, sample=sample, status=422)
    form = MappingForm.of(content, mapping)
    return _page(request, account, form=form, lines=_preview(account, form, mapping))


def _described(request: HttpRequest, account: BankAccount) -> HttpResponse:
    form = MappingForm(request.POST)
    mapping = form.mapping() if form.is_valid() else None
    lines = _preview(account, form, mapping) if mapping else []
    if mapping is None or form.errors:
        return _page(request, account, form=form, lines=lines, status=422)
    if request.POST.get("do") != "save":
        return _page(request, account, form=form, lines=lines)
    describe_columns(account, mapping, by=request.user)
    messages.success(request, _("Kept. From now on CSV files of this account are read so."))
    return redirect("risparmio:bank_account", account.pk)


def _preview(account: BankAccount, form: MappingForm, mapping) -> list:
    """The first lines of the sample as they would be read; what stands against it becomes an error of the form."""
    try:
        return list(read(form.content, mapping, account.iban).lines[:SHOWN])
    except Unreadable as error:
        if form.is_bound:
            form.add_error(None, error.message)
        return []


def _page(request: HttpRequest, account: BankAccount, *, status: int = 200, **context) -> HttpResponse:
    way = crumbs((str(account), reverse("risparmio:bank_account", args=[account.pk])))
    return render(
        request, "risparmio/bank/columns.html", {"account": account, "crumbs": way, **context}, status=status
    )
