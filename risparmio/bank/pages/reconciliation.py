from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from risparmio.agreements.models import NotPossible
from risparmio.bank.explaining import explain
from risparmio.bank.reconciling import days
from risparmio.book.models import BankAccount
from risparmio.sent import OtherBody

from .forms import ExplanationForm
from .shared import account_or_missing, crumbs, for_keepers, must, prove_first


@for_keepers
def reconciliation(request: HttpRequest, pk: int) -> HttpResponse:
    """A month (`?mese=2026-11`), day by day: what the bank says beside what the book says; differences on top, with
    what was written down about them."""
    account = account_or_missing(pk)
    if request.method == "POST":
        must(request, "risparmio.explain_difference")
    prove_first(request)
    first = _month(request.GET.get("mese", ""))
    following = (first + timedelta(days=31)).replace(day=1)
    last = following - timedelta(days=1)
    rows = days(account, first, last)
    differ = [row for row in rows if row.difference]
    may_explain = request.user.has_perm("risparmio.explain_difference")
    form, status = ExplanationForm(request.POST if request.method == "POST" else None, days=differ), 200
    if request.method == "POST":
        status = _explain(request, account, form)
        if not status:
            messages.success(request, _("Written down. Whoever checks the book reads it here."))
            return redirect(f"{reverse('risparmio:reconciliation', args=[pk])}?mese={first:%Y-%m}")
    context = {
        "account": account,
        "month": first,
        "previous": (first - timedelta(days=1)).replace(day=1),
        "following": following if following <= timezone.localdate() else None,
        "rows": rows,
        "differences": differ,
        "unchecked": sum(row.told is None and not row.difference for row in rows),
        # A difference may be older than the month.
        "explanations": account.explanations.filter(
            day__range=(min([first, *(row.since for row in differ if row.since)]), last)
        ).select_related("by"),
        "form": form if may_explain and (differ or form.is_bound) else None,
        "may_read": request.user.has_perm("risparmio.read_statement"),
        "crumbs": crumbs((str(account), reverse("risparmio:bank_account", args=[pk]))),
    }
    return render(request, "risparmio/bank/reconciliation.html", context, status=status)


def _explain(request: HttpRequest, account: BankAccount, form: ExplanationForm) -> int:
    """0 once it is written down; else the status of the page that says why not."""
    if not form.is_valid():
        return 422
    said = form.cleaned_data
    try:
        explain(account, said["day"], said["text"], by=request.user, client_id=said["client_id"])
    except OtherBody:
        form.add_error(None, _("This form has brought other words already. They stand below."))
        form.data = form.data.copy()
        form.data["client_id"] = ExplanationForm.base_fields["client_id"].initial()
        return 409
    except NotPossible as refusal:
        form.add_error("day", str(refusal))
        return 409
    return 0


def _month(text: str) -> date:
    """Its first day; of what is no month, or lies too far away to be one, this month's."""
    this = timezone.localdate().replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return this
    return first if date(2000, 1, 1) <= first <= this else this
