"""Moving on: which steps there are, the statement that both sign, and it on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from portal.ui.pdf import can_print_pdf, pdf, pdf_answer
from risparmio.reference import grouped
from risparmio.sent import OtherBody

from .errors import NotPossible
from .final import FinalStatement
from .forms import FinalForm, LeavingForm
from .models import SavingsAgreement
from .pages import crumbs_to, language_asked, languages_of, question_before, refuse, seen
from .signing import may_sign, may_write_down, side_or_none
from .words import Side, State

SHEET = "risparmio/final.css"
FINAL_PDF = "risparmio/agreements/final_pdf.html"


@never_cache
@login_required
def exit_page(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = seen(request, pk)
    side = side_or_none(request.user, agreement)
    return question_before(request, agreement, theirs=side == Side.HOUSEHOLD) or _page(
        request, agreement, side
    )


@never_cache
@login_required
def exit_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The last statement to take along, in the language that `?lingua=` names: whoever signs it reads it. Where the
    system cannot make it, the page prints the same."""
    agreement = seen(request, pk)
    statement = _last(agreement)
    if statement is None:
        raise Http404
    if question := question_before(request, agreement):
        return question
    if not can_print_pdf():
        messages.info(request, _("Print this page with your browser: only the statement comes out."))
        return redirect("risparmio:exit", agreement.pk)
    language = language_asked(request)
    with override(language):
        content = pdf(FINAL_PDF, _sheet(agreement, statement), style=SHEET, language=language)
        return pdf_answer(content, f"{_('final-statement')}-{agreement.number}.pdf")


@never_cache
@login_required
def exit_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step of moving on; to whoever may not take it, it is missing."""
    agreement = seen(request, pk)
    side = side_or_none(request.user, agreement)
    if verb not in STEPS or side not in STEPS[verb][0]:
        raise Http404
    if request.method != "POST":  # a reload by address: the page with the buttons
        return redirect("risparmio:exit", agreement.pk)
    if question := question_before(request, agreement, theirs=side == Side.HOUSEHOLD):
        return question
    _sides, form_class, take = STEPS[verb]
    form = form_class(request.POST)
    if not form.is_valid():
        said = "" if isinstance(form, LeavingForm) else _("We did not recognise this form. Send it again.")
        return _page(request, agreement, side, bound=form, refusal=said, status=422)
    try:
        take(agreement, request.user, form.cleaned_data)
    except ValidationError as error:
        refuse(form, error)
        return _page(request, agreement, side, bound=form, status=422)
    except (NotPossible, OtherBody) as refusal:
        said = str(refusal) if isinstance(refusal, NotPossible) else _("This form was sent before.")
        return _page(request, agreement, side, refusal=said, status=409)
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("Done."))
    return redirect("risparmio:exit", agreement.pk)


def _draw(agreement: SavingsAgreement, by: Any, told: dict[str, Any]) -> None:
    FinalStatement.draw(agreement, by=by, client_id=told["client_id"])


def _sign(agreement: SavingsAgreement, by: Any, told: dict[str, Any], *, on_paper: bool = False) -> None:
    """The one that was read: a newer one refuses it."""
    read = agreement.final_statements.filter(pk=told["statement"]).first()
    if read is None:
        raise NotPossible(_("There is a newer statement: read that one."))
    read.sign(by=by, on_paper=on_paper)


def _write_down(agreement: SavingsAgreement, by: Any, told: dict[str, Any]) -> None:
    _sign(agreement, by, told, on_paper=True)


class ReadForm(forms.Form):
    """Which statement somebody has read before they sign."""

    statement = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)


HOUSEHOLD, AGENCY, BOTH = (Side.HOUSEHOLD,), (Side.AGENCY,), (Side.HOUSEHOLD, Side.AGENCY)
# verb: who may take it, what is asked, what is done.
STEPS: dict[str, tuple[tuple[Side, ...], type[forms.Form], Callable[[SavingsAgreement, Any, dict], None]]] = {
    "ask": (HOUSEHOLD, forms.Form, lambda agreement, by, told: agreement.ask_exit(by=by)),
    "begin": (AGENCY, LeavingForm, lambda agreement, by, told: agreement.begin_exit(by=by, **told)),
    "stay": (BOTH, forms.Form, lambda agreement, by, told: agreement.stay(by=by)),
    "draw": (AGENCY, FinalForm, _draw),
    "sign": (BOTH, ReadForm, _sign),
    "paper": (AGENCY, ReadForm, _write_down),
}


def _last(agreement: SavingsAgreement) -> FinalStatement | None:
    """The one that counts."""
    rows = agreement.final_statements.select_related("drawn_by").prefetch_related("signatures__person")
    last = rows.first()
    if last is not None:
        last.agreement = agreement
    return last


def _sheet(agreement: SavingsAgreement, statement: FinalStatement) -> dict[str, Any]:
    signed = {one.side: one for one in statement.signatures.all()}
    return {
        "agreement": agreement,
        "statement": statement,
        "reference": grouped(agreement.reference),
        "sides": [(side.label, signed.get(side.value)) for side in (Side.HOUSEHOLD, Side.AGENCY)],
    }


def _page(
    request: HttpRequest,
    agreement: SavingsAgreement,
    side: Side | None,
    *,
    bound: forms.Form | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    theirs = side == Side.HOUSEHOLD
    statement = _last(agreement)
    signatures = list(statement.signatures.all()) if statement else []
    leaves = agreement.state == State.LEAVING
    is_outdated = bool(leaves and statement and statement.is_outdated)
    to_sign = leaves and statement is not None and not is_outdated
    payouts = list(agreement.payouts.order_by("-id"))
    payout = next((one for one in payouts if one.gives_all_back), None)
    under_way = any(one.is_under_way for one in payouts)
    held = agreement.held
    signed_by_household = any(one.side == Side.HOUSEHOLD for one in signatures)
    context = {
        "agreement": agreement,
        "theirs": theirs,
        "side": side,
        "crumbs": crumbs_to(agreement, theirs=theirs),
        "refusal": refusal,
        "steps": _steps(
            agreement, statement, payout, held=held, is_outdated=is_outdated, under_way=under_way
        ),
        "held": held,
        "leaves": leaves,
        "is_outdated": is_outdated,
        "payout": payout,
        "leaving_form": bound if isinstance(bound, LeavingForm) else LeavingForm(),
        "final_form": FinalForm(),
        "may_begin": side == Side.AGENCY and agreement.state == State.OPEN,
        "may_ask": theirs and agreement.state == State.OPEN and agreement.exit_asked_at is None,
        "may_draw": side == Side.AGENCY and leaves and (is_outdated or not signatures),
        # One that was refused, taken back or has come back is no end: the money is asked for once more.
        "may_ask_payout": bool(leaves and held and signed_by_household)
        and not (is_outdated or under_way)
        and request.user.has_perm("risparmio.request_payout", agreement),
        "may_stay": not (signatures or (leaves and under_way))
        and ((side == Side.AGENCY and leaves) or (theirs and not leaves and bool(agreement.exit_asked_at))),
        "may_sign": to_sign and may_sign(request.user, side, signatures),
        "may_write_down": to_sign and may_write_down(request.user, side, signatures),
        "languages": languages_of(agreement) if statement and can_print_pdf() else [],
        **(_sheet(agreement, statement) if statement else {"statement": None}),
    }
    return render(request, "risparmio/agreements/exit.html", context, status=status)


def _steps(
    agreement: SavingsAgreement,
    statement: FinalStatement | None,
    payout: Any,
    *,
    held: int,
    is_outdated: bool,
    under_way: bool,
) -> list[dict[str, Any]]:
    """The way, in the order in which it is mostly gone; the first that is not done yet is where it stands."""
    ended = agreement.state == State.CLOSED
    # A payout is asked, approved, ordered, paid; one that was refused or came back is none.
    paid = payout is not None and payout.is_paid
    asked = paid or (payout is not None and payout.is_under_way)
    has_a_yes = payout is not None and payout.has_a_yes
    nothing_left = agreement.state != State.OPEN and not held and not under_way
    done = [
        (_("The household moves on"), agreement.state != State.OPEN),
        (_("The statement is written"), statement is not None and not is_outdated),
        (_("Both have signed"), statement is not None and not is_outdated and statement.is_signed),
        (_("The money is asked for"), asked or nothing_left),
        (_("A second person agrees"), has_a_yes or nothing_left),
        (_("The money is paid"), paid or nothing_left),
        (_("All is done"), ended),
    ]
    here = next((number for number, (_label, passed) in enumerate(done) if not (passed or ended)), None)
    return [
        {"label": label, "is_passed": passed or ended, "is_here": number == here}
        for number, (label, passed) in enumerate(done)
    ]
