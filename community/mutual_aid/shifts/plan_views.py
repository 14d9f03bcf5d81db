"""Planning shifts: for whoever coordinates an organization, and for the agency."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community.mutual_aid.menus import aid_crumbs
from community.mutual_aid.sent_once import form_id_of, to_form_of_its_own, to_what_was_published

from .forms import PlanForm, initial_of
from .models import ShiftPlan


def _crumbs() -> list[dict]:
    return aid_crumbs({"title": _("Shifts"), "url": reverse("community:shifts")})


@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("community.plan_shifts"):
        raise Http404
    if request.method != "POST":
        if not (form_id := form_id_of(request)):
            return to_form_of_its_own(request)
        if plan := ShiftPlan.objects.filter(organizer=request.user, client_id=form_id).first():
            return to_what_was_published(request, plan)
        return _show(request, PlanForm(user=request.user, initial={"client_id": form_id}), None)
    form = PlanForm(request.POST, user=request.user)
    if form.is_valid() and (published := form.publish(by=request.user)):
        plan, is_new = published
        if not is_new:
            return to_what_was_published(request, plan)
        messages.success(request, _("Planned. The shifts of the next four weeks stand in the list."))
        return redirect(plan)
    return _show(request, form, None)


@never_cache
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _kept(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(sent, user=request.user, plan=plan, initial=initial_of(plan))
    if form.is_bound and form.is_valid() and form.change(by=request.user):
        messages.success(request, _("Saved. Whoever has a place in a shift that moved is told."))
        return redirect(plan)
    return _show(request, form, plan)


def _show(request: HttpRequest, form: PlanForm, plan: ShiftPlan | None) -> HttpResponse:
    context = {"crumbs": _crumbs(), "form": form, "plan": plan}
    return render(request, "community/shifts/plan.html", context, status=422 if form.is_bound else 200)


def _kept(request: HttpRequest, pk: int) -> ShiftPlan:
    plan = ShiftPlan.objects.prefetch_related("roles").filter(pk=pk).first()
    if plan is None or not request.user.has_perm("community.run_shifts", plan):
        raise Http404
    return plan


@never_cache
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _kept(request, pk)
    if request.method in ("GET", "HEAD"):
        return redirect(reverse("community:shift_plan", args=[pk]))
    return _end(request, plan)


@require_POST
def _end(request: HttpRequest, plan: ShiftPlan) -> HttpResponse:
    plan.end(by=request.user)
    messages.success(
        request,
        _("These shifts do not begin. Whoever had a place in one is told.")
        if plan.never_began()
        else _("These shifts end today. Whoever had a place later on is told."),
    )
    return redirect("community:shifts")
