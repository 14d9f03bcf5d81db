"""A household's payouts: asked for, looked at, decided on."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import ask_to_step_up, has_stepped_up
from portal.ledger import BadAmount, LedgerAccount, LimitReached
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.pages import crumbs_to, question_before, reads_in, seen, sent_otherwise
from risparmio.agreements.rules import is_theirs
from risparmio.agreements.words import State as AgreementState
from risparmio.roles import approves
from risparmio.sent import OtherBody

from .finding import thing_or_missing
from .forms import STEPS, PayoutForm, StepForm
from .models import Payout
from .told import history, is_work_of, way, why_not_by
from .words import State
from .workflow import target_of

PER_PAGE = 25
# What each step of the page asks for; who takes it and when is checked again by its verb.
PERMISSIONS = {
    "sign": "risparmio.sign_payout",
    "paper": "risparmio.write_down_signature_of_payout",
    "approve": "risparmio.approve_payout",
    "order": "risparmio.order_payout",
    "refuse": "risparmio.refuse_payout",
    "withdraw": "risparmio.withdraw_payout",
    "give_up": "risparmio.give_up_payout",
}


@never_cache
@login_required
def ask_payout(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = seen(request, pk)
    if not request.user.has_perm("risparmio.request_payout", agreement):
        raise Http404
    theirs = is_theirs.test(request.user, agreement)
    if question := question_before(request, agreement, theirs=theirs):
        return question
    held = agreement.held
    form, status = PayoutForm(request.POST or None, agreement=agreement, held=held), 200
    if request.method == "POST":
        try:
            if form.is_valid():
                return redirect(form.take(by=request.user))
            # A phone that sends again what it has done is led to it, though there is nothing left to ask for.
            if known := _sent_before(request, agreement):
                return redirect(known)
            status = 422
        except OtherBody as other:
            sent_otherwise(form, other.row)
            status = 409
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            status = 409
        except (BadAmount, ValueError):  # NotPayable and NotTransferable, which the form has asked for
            form.add_error(None, _("A bank could not pay this. Look at the amount, the name and the IBAN."))
            status = 422
        except PermissionDenied:
            raise Http404 from None
    context = {
        "agreement": agreement,
        "held": held,
        "waiting": agreement.payouts.open().first(),
        "has_ended": agreement.state == AgreementState.CLOSED,
        "is_theirs": theirs,
        "crumbs": crumbs_to(agreement, theirs=theirs, payouts=_("Payouts")),
        "form": form,
    }
    return render(request, "risparmio/payments/ask_payout.html", context, status=status)


@never_cache
@login_required
def payouts(request: HttpRequest, pk: int) -> HttpResponse:
    """All that a household has asked for, the newest first."""
    agreement = seen(request, pk)
    theirs = is_theirs.test(request.user, agreement)
    if question := question_before(request, agreement, theirs=theirs):
        return question
    context = {
        "agreement": agreement,
        "page": Paginator(agreement.payouts.all(), PER_PAGE).get_page(request.GET.get("page")),
        "may_ask": request.user.has_perm("risparmio.request_payout", agreement)
        and agreement.state != AgreementState.CLOSED,
        "crumbs": crumbs_to(agreement, theirs=theirs),
    }
    return render(request, "risparmio/payments/payouts.html", context)


@never_cache
@login_required
def payout(request: HttpRequest, pk: int) -> HttpResponse:
    found = thing_or_missing(request, Payout.objects, pk)
    return question_before(request, found.agreement, is_work=is_work_of(request.user, found)) or _page(
        request, found
    )


@never_cache
@login_required
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step: the form for the words, the model for the rest. A refusal shows the page with all that was typed."""
    found = thing_or_missing(request, Payout.objects, pk)
    if verb not in STEPS or not request.user.has_perm(PERMISSIONS[verb], found):
        raise Http404
    if request.method != "POST":
        return redirect(found)
    if question := question_before(request, found.agreement, is_work=is_work_of(request.user, found)):
        return question
    form = STEPS[verb](request.POST, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return _page(request, found, bound=form, status=422)
    try:
        form.take(found, by=request.user)
    except NotPossible as refusal:
        return _page(request, _anew(request, pk), bound=form, refusal=str(refusal), status=409)
    except LimitReached:
        refusal = _("There is less by now than this payout says: it cannot be paid as it is.")
        return _page(request, _anew(request, pk), bound=form, refusal=refusal, status=409)
    except PermissionDenied:
        # The right was there when the page was asked for, and went while the step waited for its turn.
        raise Http404 from None
    messages.success(request, form.done)
    return redirect(found)


@never_cache
@login_required
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for a yes, the oldest first. Each is decided on its own page, where all of it stands."""
    user = request.user
    if not user.has_perm("risparmio.view_approvals"):
        raise Http404
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    waiting = Payout.objects.to_approve().with_people().with_members().order_by("requested_at", "pk")
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    accounts = LedgerAccount.objects.filter(pk__in=[one.agreement.ledger_id for one in page])
    held = {pk: -balance for pk, balance in accounts.with_last().values_list("pk", "last_balance")}
    own = set(SavingsAgreement.objects.of_adult(user).values_list("pk", flat=True))
    rows = [
        {
            "payout": one,
            "after": held[one.agreement.ledger_id] - one.cents,
            "why_not": why_not_by(user, one, own),
            "is_of_another": one.is_to_another(one.agreement.names_of_adults()),
        }
        for one in page
    ]
    return render(
        request, "risparmio/payments/approvals.html", {"page": page, "rows": rows, "decides": approves(user)}
    )


def _is_possible(verb: str, payout: Payout) -> bool:
    """By its state, whoever asks."""
    if verb in ("sign", "paper"):
        return payout.lacks_signature and payout.state == State.REQUESTED
    if verb == "approve" and payout.lacks_signature:
        return False
    return target_of(payout.state, verb) is not None


def _page(
    request: HttpRequest,
    payout: Payout,
    *,
    bound: StepForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user, agreement = request.user, payout.agreement
    theirs = is_theirs.test(user, agreement)
    verbs = [
        verb
        for verb in STEPS
        if _is_possible(verb, payout)
        and (theirs or verb != "sign")  # known by now: it need not be asked again
        and user.has_perm(PERMISSIONS[verb], payout)
    ]
    if payout.approved_by_id == user.pk and "approve" in verbs:
        verbs.remove("approve")  # a second person has to
    own = {agreement.pk} if theirs else set()
    held = agreement.held
    steps = [(verb, _form(verb, bound)) for verb in verbs]
    if not theirs:
        words = reads_in(agreement)
        for _verb, form in steps:
            form.say_languages(words)
    context = {
        "payout": payout,
        "agreement": agreement,
        "is_theirs": theirs,
        "iban": payout.grouped_iban,
        "held": held,
        "after": held - payout.cents if payout.state in (State.REQUESTED, State.APPROVED) else None,
        "way": way(payout),
        "steps": steps,
        "is_of_another": not theirs
        and payout.is_to_another(person.display_name for person in agreement.adults),
        "why_not": why_not_by(user, payout, own)
        if payout.state == State.REQUESTED and approves(user)
        else "",
        "refusal": refusal,
        "crumbs": crumbs_to(agreement, theirs=theirs, payouts=_("Payouts")),
        **history(payout, theirs=theirs),
    }
    return render(request, "risparmio/payments/payout.html", context, status=status)


def _form(verb: str, bound: StepForm | None) -> StepForm:
    return bound if type(bound) is STEPS[verb] else STEPS[verb](auto_id=f"{verb}-%s")


def _anew(request: HttpRequest, pk: int) -> Payout:
    """As it has become meanwhile."""
    return thing_or_missing(request, Payout.objects, pk)


def _sent_before(request: HttpRequest, agreement: SavingsAgreement) -> Payout | None:
    try:
        key = uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        return None
    known = agreement.payouts.filter(client_id=key).first()
    if known is None:
        return None
    form = PayoutForm(request.POST, agreement=agreement, held=2**53, sent=known)
    return form.take(by=request.user) if form.is_valid() else None
