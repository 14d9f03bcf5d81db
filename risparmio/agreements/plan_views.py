"""What is promised: what holds, what waits for a signature, and how one proposes something else."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from risparmio.sent import OtherBody

from .errors import NotPossible
from .forms import AimForm, ChangeForm, PauseForm
from .models import SavingsAgreement
from .pages import crumbs_to, question_before, reads_in, refuse, seen, sent_otherwise
from .plans import SavingsPlan
from .signing import may_sign, may_write_down, side_or_none
from .words import Asked, Side, State

PAUSE, CHANGE, AIM, TALK = "pausa", "importo", "fine", "colloquio"
FORMS = {PAUSE: PauseForm, CHANGE: ChangeForm, AIM: AimForm}
VERBS = {
    "sign": lambda plan, by: plan.sign(by=by),
    "paper": lambda plan, by: plan.sign(by=by, on_paper=True),
    "decline": lambda plan, by: plan.decline(by=by),
}


@never_cache
@login_required
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = seen(request, pk)
    side = side_or_none(request.user, agreement)
    return question_before(request, agreement, theirs=side == Side.HOUSEHOLD) or _page(
        request, agreement, side
    )


@never_cache
@login_required
def plan_step(request: HttpRequest, plan: int, verb: str) -> HttpResponse:
    """Sign, write down a signature on paper, or decline; to whoever may not do that, it is missing."""
    found = get_object_or_404(SavingsPlan.objects.visible_to(request.user), pk=plan)
    agreement = seen(request, found.agreement_id)
    side = side_or_none(request.user, agreement)
    if verb not in VERBS or side is None or (verb == "paper" and side != Side.AGENCY):
        raise Http404
    if request.method != "POST":  # a reload by address: the page with the buttons
        return redirect("risparmio:plan", agreement.pk)
    if question := question_before(request, agreement, theirs=side == Side.HOUSEHOLD):
        return question
    try:
        VERBS[verb](found, request.user)
    except NotPossible as refusal:
        return _page(request, agreement, side, refusal=refusal, status=409)
    except PermissionDenied:
        raise Http404 from None
    if verb == "decline":
        messages.success(request, _("Nothing changes: the plan stays as it was."))
    elif found.state == Asked.AGREED:
        messages.success(request, _("Signed. The plan holds now."))
    else:
        messages.info(request, _("Your side has signed already. The other side signs next."))
    return redirect("risparmio:plan", agreement.pk)


@never_cache
@login_required
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """A pause, another amount, another end or goal, a talk: for the household and for its caseworker. A pause comes
    first for whoever is behind, and where the end has passed, another one."""
    agreement = seen(request, pk)
    side = side_or_none(request.user, agreement)
    if side is None or agreement.state == State.CLOSED:
        raise Http404
    if question := question_before(request, agreement, theirs=side == Side.HOUSEHOLD):
        return question
    what = request.GET.get("cosa", "")
    if what not in (*FORMS, TALK):
        what = AIM if agreement.has_run_out else PAUSE if agreement.is_late() else CHANGE
    waiting = agreement.plans.waiting().exists()
    form, status = None, 200
    if what in FORMS:
        form = FORMS[what](request.POST or None, agreement=agreement)
        if side == Side.AGENCY:
            form.fields["reason"].help_text = reads_in(agreement)
    if request.method == "POST":
        done, status = _sent(request, agreement, form)
        if done:
            return redirect("risparmio:plan", agreement.pk)
    context = {
        **_around(agreement, side),
        "what": what,
        "form": form,
        # Why nothing can be proposed just now; what was sent is refused, and stays typed.
        "waits": bool(form) and waiting,
        "leaves": bool(form) and agreement.state == State.LEAVING,
        # After the end there is no month to choose.
        "has_no_month": bool(form and "since" in form.fields and not form.fields["since"].choices),
        "links": [
            {"label": label, "url": f"?cosa={key}", "is_current": key == what}
            for key, label in (
                (PAUSE, _("A pause")),
                (CHANGE, _("Another amount")),
                (AIM, _("Another end or goal")),
                (TALK, _("A talk")),
            )
        ],
    }
    return render(request, "risparmio/agreements/propose.html", context, status=status)


def _sent(request: HttpRequest, agreement: SavingsAgreement, form: Any) -> tuple[bool, int]:
    """Whether it is done, and the status of the page where it is not."""
    try:
        if form is None:
            return _talk(request, agreement), 200
        if not form.is_valid():
            return False, 422
        form.propose(request.user)
    except ValidationError as error:
        refuse(form, error)
        return False, 422
    except OtherBody:
        sent_otherwise(form)
        return False, 409
    except NotPossible as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(None, str(refusal))
        return False, 409
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("Proposed and signed by you. It holds once the other side has signed too."))
    return True, 200


def _talk(request: HttpRequest, agreement: SavingsAgreement) -> bool:
    if "over" in request.POST:
        agreement.end_talk(by=request.user)
        messages.success(request, _("Written down: no talk is waiting any more."))
    else:
        agreement.want_talk(by=request.user)
        messages.success(request, _("Written down. The other side can see that you would like to talk."))
    return True


def _around(agreement: SavingsAgreement, side: Side | None) -> dict[str, Any]:
    theirs = side == Side.HOUSEHOLD
    return {
        "agreement": agreement,
        "theirs": theirs,
        "side": side,
        "crumbs": crumbs_to(agreement, theirs=theirs),
    }


def _page(
    request: HttpRequest,
    agreement: SavingsAgreement,
    side: Side | None,
    *,
    refusal: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    plans = list(
        agreement.plans.select_related("proposed_by").prefetch_related("signatures__person").order_by("-id")
    )
    waiting = next((one for one in plans if one.state == Asked.PROPOSED), None)
    to_come = agreement.to_come(
        sorted(plans, key=lambda plan: (plan.decided_at or plan.proposed_at, plan.pk))
    )
    signatures = list(waiting.signatures.all()) if waiting else []
    context = {
        **_around(agreement, side),
        "refusal": refusal,
        "now": agreement.terms_now(),
        "today": timezone.localdate(),
        "waiting": waiting,
        "to_come": to_come,
        "plans": [one for one in plans if one is not waiting and one not in to_come],
        "may_sign": may_sign(request.user, side, signatures),
        "may_write_down": may_write_down(request.user, side, signatures),
        "is_own": any(one.side == side for one in signatures),
        "may_propose": side is not None and agreement.state == State.OPEN and waiting is None,
    }
    return render(request, "risparmio/agreements/plan.html", context, status=status)
