from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from portal.access import ask_why
from portal.ui.search import searched
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.amounts import LITTLE
from risparmio.bank.known import found_for, known_now
from risparmio.bank.matching import Known, Match
from risparmio.bank.models import BankLine, Correction, Telling
from risparmio.bank.retold import may_be_retold
from risparmio.bank.settling import (
    approve,
    refuse,
    settle,
    settle_as_cash,
    settle_as_payouts,
    settle_as_returned,
    settle_as_sent_back,
    settle_as_told,
    settle_otherwise,
    unsettle,
)
from risparmio.bank.words import SUGGESTED, Meaning
from risparmio.payments.models import Payout
from risparmio.payments.tills import CashTrip

from .finding import found
from .forms import ReasonForm
from .shared import REFUSED, crumbs, for_keepers, must, prove_first, why_not

PER_PAGE = 20
OFFERED = 50  # payouts, trips or lines to choose from


@for_keepers
def bank_lines(request: HttpRequest) -> HttpResponse:
    """What nobody knows yet, the oldest first, each with whose it may be; what waits for a second person's yes; or all
    lines, the newest first."""
    prove_first(request)
    lines = BankLine.objects.visible_to(request.user).select_related("account")
    wanted = {name: request.GET.get(name, "") for name in ("conto", "file")}
    for name, field in (("conto", "account"), ("file", "statement__file")):
        if wanted[name].isascii() and wanted[name].isdigit() and len(wanted[name]) < 10:
            lines = lines.filter(**{field: int(wanted[name])})
    with_household = lines.select_related("agreement__tenancy__household")
    unknown, asked = lines.unknown(), with_household.asked()
    which = request.GET.get("mostra", "")
    everything = which in ("tutte", "attesa")
    shown = {"tutte": with_household, "attesa": asked.oldest_first()}.get(which, unknown.oldest_first())
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "everything": everything,
        "shows": _shows(wanted, which if everything else "", unknown.count(), asked.count()),
        "may_settle": request.user.has_perm("risparmio.settle_bankline"),
        "crumbs": crumbs(),
    }
    _suggest(page.object_list)
    return render(request, "risparmio/bank/lines.html", context)


def _shows(wanted: dict[str, str], which: str, unknown: int, asked: int) -> list[dict[str, Any]]:
    kept = QueryDict(mutable=True)
    kept.update({name: value for name, value in wanted.items() if value})
    rest = kept.urlencode()
    return [
        {
            "label": pgettext("of lines of a bank statement", "not known yet"),
            "url": f"?{rest}",
            "is_current": not which,
            "count": unknown,
        },
        {
            "label": pgettext("of lines of a bank statement", "wait for a yes"),
            "url": f"?mostra=attesa{'&' if rest else ''}{rest}",
            "is_current": which == "attesa",
            "count": asked,
        },
        {
            "label": pgettext("of lines of a bank statement", "all"),
            "url": f"?mostra=tutte{'&' if rest else ''}{rest}",
            "is_current": which == "tutte",
        },
    ]


@for_keepers
def bank_line(request: HttpRequest, pk: int) -> HttpResponse:
    """All that the bank says of one movement, what it is or may be, and what somebody can do about it."""
    line = _line(request, pk)
    prove_first(request)
    return _asked_why(request, line) or _page(request, line)


@for_keepers
def settle_line(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Say what it is, or that it is not. A refusal shows the line as it stands now."""
    line = _line(request, pk)
    if verb not in _VERBS:
        raise Http404
    if verb == "approva" or (
        verb == "rifiuta" and not request.user.has_perm("risparmio.settle_bankline", line)
    ):
        must(request, "risparmio.approve_bankline", line)
    else:
        must(request, "risparmio.settle_bankline", line)
    if request.method != "POST":
        return redirect(line)
    prove_first(request)
    if question := _asked_why(request, line):
        return question
    form = ReasonForm(request.POST) if verb == "correggi" else None
    if form is not None and not form.is_valid():
        return _page(request, line, reason=form, status=422)
    try:
        said = _VERBS[verb](request, line)
    except PermissionDenied:
        error = _("This is the money of your own household: somebody else has to decide.")
        return _page(request, _line(request, pk), error=error, reason=form, status=409)
    except REFUSED as refusal:
        return _page(request, _line(request, pk), error=why_not(refusal), reason=form, status=409)
    messages.success(request, said)
    return redirect(line) if verb in ("correggi", "approva", "rifiuta") else redirect("risparmio:bank_lines")


# -- what somebody says; each gives the sentence that tells what has happened ---------------------------------------


def _accept(request: HttpRequest, line: BankLine) -> str:
    """What was suggested: by the reason that holds now, if it still is that household."""
    agreement = _agreement(request)
    if line.is_unknown:
        match = found_for(line, known_now())
        if match is None or match.of != agreement:
            raise NotPossible(_("This looks different now. Choose the household by hand."))
        settle(line, agreement, by=request.user, why=match.reason)
    else:
        settle(line, agreement, by=request.user)
    return _arrived(agreement)


def _assign(request: HttpRequest, line: BankLine) -> str:
    agreement = _agreement(request)
    settle(line, agreement, by=request.user)
    return _arrived(agreement)


def _arrived(agreement: SavingsAgreement) -> str:
    return _("Booked as savings of %(household)s. They see it at once.") % {"household": agreement.household}


def _agencys(request: HttpRequest, line: BankLine) -> str:
    if not settle_otherwise(line, Meaning.AGENCY, by=request.user):
        return _waits()
    return _("Booked as the agency's own money.")


def _charges(request: HttpRequest, line: BankLine) -> str:
    if not settle_otherwise(line, Meaning.CHARGES, by=request.user):
        return _waits()
    return _("Booked as charges of the bank: the agency bears them.")


def _waits() -> str:
    return _("Nothing is booked yet: a second person has to say yes.")


def _cash(request: HttpRequest, line: BankLine) -> str:
    settle_as_cash(line, _chosen(CashTrip.objects.all(), request, "trip"), by=request.user)
    return _("Booked: the cash has arrived at the bank.")


def _payouts(request: HttpRequest, line: BankLine) -> str:
    numbers = [int(one) for one in request.POST.getlist("payout") if _is_number(one)]
    payouts = list(Payout.objects.filter(pk__in=numbers[:OFFERED]))
    settle_as_payouts(line, payouts, by=request.user)
    return _("Booked: the bank has paid.")


def _returned(request: HttpRequest, line: BankLine) -> str:
    settle_as_returned(line, _chosen(Payout.objects.all(), request, "payout"), by=request.user)
    return _("Booked: the payout came back, and the household has its money again.")


def _sent_back(request: HttpRequest, line: BankLine) -> str:
    of_line = _chosen(BankLine.objects.visible_to(request.user), request, "line")
    settle_as_sent_back(line, of_line, by=request.user)
    return _("Booked: what came in has gone back.")


def _told(request: HttpRequest, line: BankLine) -> str:
    settle_as_told(line, _chosen(BankLine.objects.visible_to(request.user), request, "line"), by=request.user)
    return _("Booked: it is the same movement, and stands in the book once.")


def _put_right(request: HttpRequest, line: BankLine) -> str:
    form = ReasonForm(request.POST)
    form.is_valid()
    if not unsettle(line, by=request.user, **form.cleaned_data):
        return _waits()
    return _("Taken back: nobody knows this line again. Say now what it is.")


def _approve(request: HttpRequest, line: BankLine) -> str:
    approve(line, by=request.user, what=request.POST.get("what", ""))
    return _("You said yes: it is booked.")


def _refuse(request: HttpRequest, line: BankLine) -> str:
    refuse(line, by=request.user)
    return _("It stays as it was.")


_VERBS: dict[str, Callable[[HttpRequest, BankLine], str]] = {
    "accetta": _accept,
    "assegna": _assign,
    "agenzia": _agencys,
    "spese": _charges,
    "contanti": _cash,
    "pagamenti": _payouts,
    "restituita": _sent_back,
    "tornato": _returned,
    "doppia": _told,
    "correggi": _put_right,
    "approva": _approve,
    "rifiuta": _refuse,
}


# -- finding -------------------------------------------------------------------------------------------------------


def _line(request: HttpRequest, pk: int) -> BankLine:
    lines = BankLine.objects.visible_to(request.user).select_related(
        "account",
        "statement__file",
        "agreement__tenancy__household",
        "settled_by",
        "sends_back",
        "retells",
        "asked_by",
        "approved_by",
    )
    # What few lines have is asked for of those alone.
    told, put_right = (rows.filter(line=OuterRef("pk")) for rows in (Telling.objects, Correction.objects))
    lines = lines.annotate(was_told_again=Exists(told), was_put_right=Exists(put_right))
    return get_object_or_404(lines.defer("statement__file__packed"), pk=pk)


def _asked_why(request: HttpRequest, line: BankLine) -> HttpResponse | None:
    """The payment of a household that is known: whoever opens it says why, and the household can read it."""
    if line.agreement is None:
        return None
    return ask_why(request, line, about=line.agreement.adults, crumbs=crumbs())


def _suggest(lines: list[BankLine]) -> Known | None:
    """Each with `suggested`, whose it may be, and `because`, in words. What a line can be for, where that was asked."""
    known = known_now() if any(line.is_unknown and line.cents > 0 for line in lines) else None
    for line in lines:
        match: Match | None = None
        if known is not None and line.is_unknown and line.cents > 0:
            match = found_for(line, known)
        if match and not isinstance(match.of, SavingsAgreement):
            match = None
        line.suggested = match.of if match else None  # type: ignore[attr-defined]
        line.because = SUGGESTED[match.reason] if match else ""  # type: ignore[attr-defined]
    return known


def _agreement(request: HttpRequest) -> SavingsAgreement:
    rows = SavingsAgreement.objects.visible_to(request.user).with_household()
    return _chosen(rows, request, "agreement")


def _chosen(rows: Any, request: HttpRequest, name: str) -> Any:
    number = request.POST.get(name, "")
    row = rows.filter(pk=int(number)).first() if _is_number(number) else None
    if row is None:
        raise NotPossible(_("Choose one of those that are shown."))
    return row


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


# -- the page ------------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    line: BankLine,
    *,
    error: str = "",
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_settle = request.user.has_perm("risparmio.settle_bankline", line)
    corrections = (
        list(
            line.corrections.select_related(
                "by", "approved_by", "was_settled_by", "was_of__tenancy__household"
            )
        )
        if line.was_put_right  # type: ignore[attr-defined]
        else []
    )
    context = {
        "line": line,
        "error": error,
        "may_settle": may_settle,
        "corrections": corrections,
        "tellings": line.tellings.select_related("statement__file").defer("statement__file__packed")
        if line.was_told_again  # type: ignore[attr-defined]
        else (),
        "crumbs": crumbs((_("Lines"), reverse("risparmio:bank_lines"))),
    }
    if line.asked:
        context["may_approve"] = request.user.has_perm("risparmio.approve_bankline", line)
    elif may_settle and line.is_unknown:
        context |= _possible(request, line)
    elif may_settle and line.can_be_put_right:
        context["reason"] = reason or ReasonForm(initial={"seen": len(corrections)})
    if line.meaning == Meaning.PAYOUT:
        context["payouts"] = line.payouts.select_related("agreement__tenancy__household")
    return render(request, "risparmio/bank/line.html", context, status=status)


def _possible(request: HttpRequest, line: BankLine) -> dict[str, Any]:
    """What an unknown line can be."""
    same = {"same": may_be_retold(line)[:OFFERED]}
    return same | (_came_in(request, line) if line.cents > 0 else _went_out(line))


def _came_in(request: HttpRequest, line: BankLine) -> dict[str, Any]:
    known = _suggest([line])
    words = searched(request)
    several, more = found(words, by=request.user, language=get_language() or "it")
    trips = CashTrip.objects.under_way().filter(cents=line.cents).select_related("desk")
    back = known.orders_between(line.cents, line.cents + LITTLE) if known else []
    return {"q": words, "found": several, "more": more, "trips": trips[:OFFERED], "back": back[:OFFERED]}


def _went_out(line: BankLine) -> dict[str, Any]:
    ordered = Payout.objects.ordered().filter(cents__lte=-line.cents).order_by("ordered_at", "id")
    came_in = BankLine.objects.unknown().filter(cents=-line.cents, day__lte=line.day)
    if line.counterparty_iban:
        came_in = came_in.filter(counterparty_iban__in=("", line.counterparty_iban))
    return {
        "ordered": ordered.select_related("agreement__tenancy__household")[:OFFERED],
        "came_in": came_in.select_related("account").order_by("-day", "-id")[:OFFERED],
    }
