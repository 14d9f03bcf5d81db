"""All agreements in a list, and a new one: for whoever works with savings."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import has_stepped_up, step_up_and_send_again
from portal.ui.search import searched
from risparmio.sent import OtherBody

from .errors import NotPossible
from .forms import ListForm, OpenForm, SupporterForm
from .models import SavingsAgreement
from .pages import crumbs_to, question_before, refuse, seen, sent_otherwise
from .words import State

PER_PAGE = 25
FOUND_AT_ONCE = 20  # tenancies


@never_cache
@login_required
def agreements(request: HttpRequest) -> HttpResponse:
    """Whose savings run, who is behind, who would like to talk. Opening one asks why; the list is their work."""
    if not request.user.has_perm("risparmio.list_savingsagreements"):
        raise Http404
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    form = ListForm(request.GET)
    query, show = form.said()
    found = SavingsAgreement.objects.visible_to(request.user)
    if query:
        found = found.looked_for(query)
    page = Paginator(_part(found, show, request.user), PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.behind = row.state == State.OPEN and row.is_late()
    context = {
        "form": form,
        "page": page,
        "query": query,
        "links": [
            {"label": label, "url": f"?{_asked(query, key)}", "is_current": key == show}
            for key, label in form.parts()
        ],
        "may_open": request.user.has_perm("risparmio.open_savingsagreements"),
    }
    return render(request, "risparmio/agreements/list.html", context)


def _part(found: QuerySet, show: str, reader: Any) -> Any:
    """The rows of one part of the list: a queryset, or a list where only Python can tell."""
    rows = found.with_household().with_held().with_promises()
    match show:
        case ListForm.LATE:
            return [row for row in rows.filter(state=State.OPEN) if row.is_late()]
        case ListForm.OVER:
            return rows.run_out()
        case ListForm.TALK:
            return rows.exclude(talk_wanted_by="").order_by("talk_wanted_at")
        case ListForm.SIGN:
            return rows.to_sign_for_agency(reader)
        case ListForm.MATCH:
            return rows.match_missing()
        case ListForm.LEAVING:
            return rows.leaving()
        case ListForm.CLOSED:
            return rows.filter(state=State.CLOSED)
        case ListForm.ALL:
            return rows
    return rows.running()


def _asked(query: str, show: str) -> str:
    asked = QueryDict(mutable=True)
    asked.update({name: value for name, value in (("q", query), ("show", show)) if value})
    return asked.urlencode()


@never_cache
@login_required
def open_agreement(request: HttpRequest) -> HttpResponse:
    """Choose who lives under a service agreement and has none yet; then the form."""
    if not request.user.has_perm("risparmio.open_savingsagreements"):
        raise Http404
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    chosen = request.POST.get("tenancy") or request.GET.get("tenancy", "")
    if not chosen:
        return _choose(request)
    is_number = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    tenancy = _running().filter(pk=chosen).first() if is_number else None
    if tenancy is None or not request.user.has_perm("risparmio.open_savingsagreement", tenancy):
        raise Http404
    form, status = OpenForm(request.POST or None, tenancy=tenancy), 200
    if request.method == "POST":
        opened, status = _opened(request, form)
        if opened:
            messages.success(request, _("Opened, and signed by you. The household signs it now."))
            return redirect("risparmio:plan", opened.pk)
    crumbs = [
        {"title": _("Savings agreements"), "url": reverse("risparmio:agreements")},
        {"title": _("New savings agreement"), "url": reverse("risparmio:open")},
    ]
    context = {"form": form, "tenancy": tenancy, "crumbs": crumbs}
    return render(request, "risparmio/agreements/open.html", context, status=status)


def _opened(request: HttpRequest, form: OpenForm) -> tuple[SavingsAgreement | None, int]:
    """The agreement, or the status of the page that says what is wrong."""
    if not form.is_valid():
        return None, 422
    try:
        return form.open(request.user), 200
    except ValidationError as error:
        refuse(form, error)
        return None, 422
    except OtherBody:
        sent_otherwise(form)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    except PermissionDenied:
        raise Http404 from None
    return None, 409


def _running() -> QuerySet:
    """Under a service agreement, and living there."""
    tenancies = apps.get_model("portal", "Tenancy").objects.filter(kind="service_agreement", left_on=None)
    return tenancies.select_related("household", "dwelling__building")


def _choose(request: HttpRequest) -> HttpResponse:
    query = searched(request)
    has_one = SavingsAgreement.objects.running().filter(tenancy=OuterRef("pk"))
    members = apps.get_model("portal", "HouseholdMember").objects.filter(
        household=OuterRef("household"), until=None
    )
    without = _running().exclude(Exists(has_one)).exclude(Exists(members.filter(person=request.user)))
    if query:
        named = members.filter(person__display_name__icontains=query)
        without = without.filter(Q(household__name__icontains=query) | Q(Exists(named)))
    found = list(without.order_by("household__name", "pk")[: FOUND_AT_ONCE + 1])
    context = {
        "query": query,
        "found": found[:FOUND_AT_ONCE],
        "has_more": len(found) > FOUND_AT_ONCE,
        "crumbs": [{"title": _("Savings agreements"), "url": reverse("risparmio:agreements")}],
    }
    return render(request, "risparmio/agreements/choose.html", context)


@never_cache
@login_required
def supporter(request: HttpRequest, pk: int) -> HttpResponse:
    """Which organization also pays in."""
    agreement = seen(request, pk)
    if not request.user.has_perm("risparmio.change_savingsagreement", agreement):
        raise Http404
    if question := question_before(request, agreement, theirs=False):
        return question
    form, status = SupporterForm(initial={"supporter": agreement.supporter_id}), 200
    if request.method == "POST":
        # An empty form is an answer, too.
        form, status = SupporterForm(request.POST), 422
        if form.is_valid():
            agreement.support(form.cleaned_data["supporter"], by=request.user)
            messages.success(request, _("Saved."))
            return redirect(agreement)
    context = {"form": form, "agreement": agreement, "crumbs": crumbs_to(agreement, theirs=False)}
    return render(request, "risparmio/agreements/supporter.html", context, status=status)
