from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from portal.access import ask_to_step_up, has_stepped_up, step_up_and_send_again
from portal.ui.amounts import money
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.pages import crumbs_to, question_before, seen
from risparmio.agreements.schedule import ahead_until
from risparmio.agreements.words import State
from risparmio.sent import OtherBody

from .forms import GoalForm, NewGoalForm, SetAsideForm
from .models import MoreThanFree, NameTaken, SavingsGoal, Split, beyond_promise

ENDED = 10  # goals that have ended and are still shown


@never_cache
@login_required
def goals(request: HttpRequest, pk: int) -> HttpResponse:
    """How what is beyond the promise is split. Whoever works for the agency sees the sums, and no goal."""
    agreement = seen(request, pk)
    may_split = request.user.has_perm("risparmio.split_savings", agreement)  # its adults
    if answer := question_before(request, agreement, theirs=may_split):
        return answer
    own = list(agreement.own_goals.open())
    agreement.fetch_plans()
    agreement.fetch_sums()
    today = timezone.localdate()
    split = Split(beyond_promise(agreement), sum(goal.set_aside for goal in own))
    context = {"agreement": agreement, "split": split, "count": len(own)}
    context["crumbs"] = crumbs_to(agreement, theirs=may_split)
    if may_split:
        still_runs = agreement.state != State.CLOSED
        ended = list(agreement.own_goals.ended()[:ENDED])
        context |= {
            "goals": own if still_runs else [],
            "rows": [*((goal.name, goal.set_aside) for goal in own), (pgettext("money", "Free"), split.free)],
            # With the savings all goals have ended: what was for them has gone along.
            "ended": ended if still_runs else [*own, *ended],
            "still_runs": still_runs,
            "ahead": ahead_until(agreement.months(today), today),
        }
    return render(request, f"risparmio/goals/{'goals' if may_split else 'sums'}.html", context)


@never_cache
@login_required
def goal_new(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = seen(request, pk)
    if not request.user.has_perm("risparmio.split_savings", agreement):
        raise Http404
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    if request.method != "POST":
        return _new_page(request, agreement, NewGoalForm())
    form = NewGoalForm(request.POST)
    if not form.is_valid():
        return _new_page(request, agreement, form, status=422)
    try:
        goal = SavingsGoal.begin(agreement, by=request.user, **form.cleaned_data)
    except NameTaken:
        form.add_error("name", _("You have a goal with this name already."))
        return _new_page(request, agreement, form, status=422)
    except OtherBody:
        form.renew_client_id()
        form.add_error(None, _("This goal was sent already, with other words. Look at your goals first."))
        return _new_page(request, agreement, form, status=409)
    except NotPossible as error:
        form.add_error(None, str(error))
        return _new_page(request, agreement, form, status=409)
    messages.success(request, _("The goal is there. Now say how much is for it."))
    return redirect(goal)


@never_cache
@login_required
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """One goal: how much is for it, and what it is. Its form changes the latter."""
    found = _own(request, pk)
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    if request.method != "POST":
        return _goal_page(request, found)
    form = GoalForm(request.POST)
    if not form.is_valid():
        return _goal_page(request, found, form=form, status=422)
    try:
        found.change(by=request.user, **form.cleaned_data)
    except NameTaken:
        form.add_error("name", _("You have a goal with this name already."))
        return _goal_page(request, found, form=form, status=422)
    except NotPossible as error:
        form.add_error(None, str(error))
        return _goal_page(request, found, form=form, status=409)
    return redirect("risparmio:goals", found.agreement_id)


@never_cache
@login_required
def goal_amount(request: HttpRequest, pk: int) -> HttpResponse:
    """How much is for it. The address looked at again leads to the goal."""
    found = _own(request, pk)
    if request.method != "POST":
        return redirect(found)
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    amount = SetAsideForm(request.POST)
    if not amount.is_valid():
        return _goal_page(request, found, amount=amount, status=422)
    told = amount.cleaned_data
    try:
        found.set_to(told["cents"], seen=told["seen"], by=request.user)
    except MoreThanFree as error:
        most = _("At most %(amount)s can be for it: more is not free.") % {"amount": money(error.most)}
        amount.add_error("cents", most)
        return _goal_page(request, found, amount=amount, status=422)
    except NotPossible as error:
        found.refresh_from_db()
        amount.data = amount.data.copy()
        amount.data["seen"] = str(found.set_aside)
        amount.add_error(None, str(error))
        return _goal_page(request, found, amount=amount, status=409)
    return redirect("risparmio:goals", found.agreement_id)


@never_cache
@login_required
def goal_finish(request: HttpRequest, pk: int) -> HttpResponse:
    return _end(
        request,
        pk,
        "finish",
        title=_("Have you reached “%(goal)s”?"),
        text=_(
            "Well done! What you set aside for it is free then. It stays in your savings until it is paid out."
        ),
        action=_("Yes, we have it"),
    )


@never_cache
@login_required
def goal_remove(request: HttpRequest, pk: int) -> HttpResponse:
    return _end(
        request,
        pk,
        "remove",
        title=_("Put “%(goal)s” away?"),
        text=_("What you set aside for it is free again. Your savings stay as they are."),
        action=_("Put it away"),
    )


def _end(request: HttpRequest, pk: int, verb: str, *, title: str, **question: Any) -> HttpResponse:
    found = _own(request, pk)
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    if request.method == "POST":
        try:
            getattr(found, verb)(by=request.user)
            messages.success(request, _("Done. What was set aside for it is free."))
        except NotPossible as error:
            messages.error(request, str(error))
        return redirect("risparmio:goals", found.agreement_id)
    if not found.is_open:
        return redirect("risparmio:goals", found.agreement_id)
    context = {
        "title": title % {"goal": found.name},
        "window": _("Our own goals"),
        "url": found.get_absolute_url(),
        "crumbs": _crumbs(found.agreement),
        **question,
    }
    return render(request, "portal/confirm.html", context)


def _own(request: HttpRequest, pk: int) -> SavingsGoal:
    """To whoever may not, it is missing."""
    goals = SavingsGoal.objects.visible_to(request.user)
    return get_object_or_404(
        goals.select_related("agreement__tenancy__household", "agreement__ledger"), pk=pk
    )


def _new_page(
    request: HttpRequest, agreement: SavingsAgreement, form: NewGoalForm, *, status: int = 200
) -> HttpResponse:
    context = {"agreement": agreement, "form": form, "crumbs": _crumbs(agreement)}
    return render(request, "risparmio/goals/new.html", context, status=status)


def _goal_page(
    request: HttpRequest,
    goal: SavingsGoal,
    *,
    form: GoalForm | None = None,
    amount: SetAsideForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if not goal.is_open:
        messages.info(request, _("This goal has ended."))
        return redirect("risparmio:goals", goal.agreement_id)
    split = Split.of(goal.agreement)
    amount = amount or SetAsideForm(initial={"cents": goal.set_aside or None, "seen": goal.set_aside})
    amount.say_what_stands(now=goal.set_aside, most=goal.set_aside + split.free)
    context = {
        "goal": goal,
        "split": split,
        "form": form or GoalForm(initial={"name": goal.name, "picture": goal.picture, "target": goal.target}),
        "amount": amount,
        "crumbs": _crumbs(goal.agreement),
    }
    return render(request, "risparmio/goals/goal.html", context, status=status)


def _crumbs(agreement: SavingsAgreement) -> list[dict[str, str]]:
    return [
        *crumbs_to(agreement, theirs=True),
        {"title": _("Our own goals"), "url": reverse("risparmio:goals", args=[agreement.pk])},
    ]
