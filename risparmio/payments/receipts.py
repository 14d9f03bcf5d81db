"""Cash at the desk against a receipt: a page to print, the same as a PDF, and the way back from a mistake."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.ledger import BadAmount
from portal.ui.pdf import can_print_pdf, direction_of, pdf, pdf_answer
from risparmio.agreements.models import NotPossible
from risparmio.agreements.pages import crumbs_to, question_before, seen, sent_otherwise
from risparmio.agreements.rules import is_theirs
from risparmio.agreements.words import State
from risparmio.sent import OtherBody

from .finding import thing_or_missing
from .forms import TakeBackForm, TakeCashForm
from .models import CashReceipt

STYLE = "risparmio/voucher.css"
PER_PAGE = 25


@never_cache
@login_required
def take_cash(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody stands at the desk with money: what it says becomes a receipt."""
    agreement = seen(request, pk)
    if not request.user.has_perm("risparmio.take_cash", agreement):
        raise Http404
    if question := question_before(request, agreement, is_work=True):
        return question
    form, status = TakeCashForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect(form.take(agreement, by=request.user))
            except OtherBody as other:
                sent_otherwise(form, other.row)
                status = 409
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
                status = 409
            except BadAmount:
                form.add_error("cents", _("This amount is too large."))
            except PermissionDenied:
                raise Http404 from None
    context = {
        "agreement": agreement,
        "has_ended": agreement.state == State.CLOSED,
        "crumbs": crumbs_to(agreement, theirs=False),  # nobody takes their own household's cash
        "form": form,
    }
    return render(request, "risparmio/payments/take_cash.html", context, status=status)


@never_cache
@login_required
def receipts(request: HttpRequest, pk: int) -> HttpResponse:
    """All that a household has brought to a desk, the newest first."""
    agreement = seen(request, pk)
    theirs = is_theirs.test(request.user, agreement)
    if question := question_before(request, agreement, theirs=theirs):
        return question
    page = Paginator(agreement.receipts.select_related("desk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"agreement": agreement, "page": page, "crumbs": crumbs_to(agreement, theirs=theirs)}
    return render(request, "risparmio/payments/receipts.html", context)


@never_cache
@login_required
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    found = thing_or_missing(request, CashReceipt.objects, pk)
    return question_before(request, found.agreement) or _page(request, found)


@never_cache
@login_required
def receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Without the system's libraries the page itself is to be printed."""
    found = thing_or_missing(request, CashReceipt.objects, pk)
    if question := question_before(request, found.agreement):
        return question
    if not can_print_pdf():
        return redirect(found)
    language = _language(request, found)
    context = {"receipt": found, "language": language, "direction": direction_of(language)}
    with override(language):
        name = pgettext("a file", "receipt-%(number)d-%(year)d.pdf") % {
            "number": found.number,
            "year": found.year,
        }
        content = pdf("risparmio/payments/receipt_pdf.html", context, style=STYLE, language=language)
    return pdf_answer(content, name)


@never_cache
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = thing_or_missing(request, CashReceipt.objects, pk)
    if not request.user.has_perm("risparmio.take_back_cashreceipt", found):
        raise Http404
    if request.method != "POST":
        return redirect(found)
    if question := question_before(request, found.agreement):
        return question
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        found.take_back(by=request.user, **form.cleaned_data)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form=form, status=409)
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("The receipt is taken back. Its number stays used."))
    return redirect(found)


def _page(
    request: HttpRequest, found: CashReceipt, *, form: TakeBackForm | None = None, status: int = 200
) -> HttpResponse:
    theirs = is_theirs.test(request.user, found.agreement)
    language = _language(request, found)
    may = request.user.has_perm("risparmio.take_back_cashreceipt", found) and found.voided_at is None
    why_not = found.why_it_stands() if may else ""
    context = {
        "receipt": found,
        "language": language,
        "direction": direction_of(language),
        "is_theirs": theirs,
        "may_take_cash": request.user.has_perm("risparmio.take_cash", found.agreement),
        "can_print_pdf": can_print_pdf(),
        "why_not": why_not,
        "form": form or (TakeBackForm() if may and not why_not else None),
        "crumbs": crumbs_to(found.agreement, theirs=theirs, receipts=_("Receipts")),
    }
    return render(request, "risparmio/payments/receipt.html", context, status=status)


def _language(request: HttpRequest, found: CashReceipt) -> Any:
    """The household's: of whoever reads their own, or of who has lived there longest."""
    if not is_theirs.test(request.user, found.agreement):
        for person in found.agreement.adults:
            return person.language
    return get_language()
