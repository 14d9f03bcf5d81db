"""Cash at the desk against a receipt: a page to print, the same as a PDF, and the way back from a mistake."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, get_language_info, override, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Site

from portal.ledger import BadAmount
from portal.ui.pdf import can_print_pdf, direction_of, pdf, pdf_answer
from portal.ui.words import isolated
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.pages import crumbs_to, language_asked, question_before, seen, sent_otherwise
from risparmio.agreements.rules import is_theirs
from risparmio.agreements.words import State
from risparmio.sent import OtherBody

from .finding import thing_or_missing
from .forms import TakeBackReceiptForm, TakeCashForm
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
    form, status = TakeCashForm(request.POST or None, agreement=agreement), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect(form.take(by=request.user))
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
    theirs = is_theirs.test(request.user, found.agreement)
    return question_before(request, found.agreement, theirs=theirs) or _page(request, found, theirs=theirs)


@never_cache
@login_required
def receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Without the system's libraries the page itself is to be printed."""
    found = thing_or_missing(request, CashReceipt.objects, pk)
    theirs = is_theirs.test(request.user, found.agreement)
    if question := question_before(request, found.agreement, theirs=theirs):
        return question
    if not can_print_pdf():
        return redirect(found)
    language = _language(request, found, theirs=theirs)
    context = {
        "receipt": found,
        "language": language,
        "direction": direction_of(language),
        "agency_name": _agency(request),
    }
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
    form = _take_back_form(request, found, request.POST)
    if not form.is_valid():
        return _page(request, found, theirs=False, form=form, status=422)
    try:
        stands = form.take(found, by=request.user)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, theirs=False, form=form, status=409)
    except PermissionDenied:
        raise Http404 from None
    if stands.pk != found.pk:
        words = _(
            "Moved: receipt %(old)s counts no more, and receipt %(new)s stands for the other household."
        )
        messages.success(request, words % {"old": isolated(str(found)), "new": isolated(str(stands))})
    else:
        messages.success(request, _("The receipt is taken back. Its number stays used."))
    return redirect(found)


def _take_back_form(request: HttpRequest, found: CashReceipt, sent: Any = None) -> TakeBackReceiptForm:
    """As the receipt stands: what was counted since can no more be taken back, and still be moved."""
    visible, why_not = SavingsAgreement.objects.visible_to(request.user), found.why_it_stands()
    form = TakeBackReceiptForm(sent, visible=visible, must_move=bool(why_not))
    form.why_not = why_not
    return form


def _page(
    request: HttpRequest,
    found: CashReceipt,
    *,
    theirs: bool,
    form: TakeBackReceiptForm | None = None,
    status: int = 200,
) -> HttpResponse:
    language = _language(request, found, theirs=theirs)
    may = request.user.has_perm("risparmio.take_back_cashreceipt", found) and found.voided_at is None
    form = form or (_take_back_form(request, found) if may else None)
    context = {
        "receipt": found,
        "language": language,
        "direction": direction_of(language),
        # Whoever prints it chooses.
        "languages": [
            {"label": name, "url": f"?lingua={code}", "is_current": code == language}
            for code, name in _names_of_languages()
        ],
        "is_theirs": theirs,
        "moved_to": None
        if theirs or not found.voided_at
        else CashReceipt.objects.filter(instead_of=found).first(),
        # `take_cash`, which would ask once more whether they live there.
        "may_take_cash": not theirs and request.user.has_perm("risparmio.count_cash"),
        "can_print_pdf": can_print_pdf(),
        "why_not": form.why_not if form else "",
        "form": form,
        "crumbs": crumbs_to(found.agreement, theirs=theirs, receipts=_("Receipts")),
    }
    return render(request, "risparmio/payments/receipt.html", context, status=status)


def _language(request: HttpRequest, found: CashReceipt, *, theirs: bool) -> Any:
    """What `?lingua=` names; else the household's: of whoever reads their own, or of who has lived there longest."""
    if request.GET.get("lingua"):
        return language_asked(request)
    if not theirs:
        for person in found.agreement.adults:
            return person.language
    return get_language()


def _names_of_languages() -> list[tuple[str, str]]:
    """Each as its own readers call it."""
    return [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


def _agency(request: HttpRequest) -> str:
    """Who gives the receipt, as the law names it; "" where the site has not said."""
    details = apps.get_model("portal", "AgencyDetails").objects.filter(site=Site.find_for_request(request))
    return details.values_list("legal_name", flat=True).first() or ""
