from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from .forms import STEP_FORMS, StepForm
from .history import milestones, told
from .models import Ticket
from .querysets import homes_of
from .roles import WORKERS, is_one_of
from .workflow import TransitionError, possible, transition

PER_PAGE = 25


@never_cache
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The reports of my building; for a contractor, those given to me."""
    user = request.user
    home = homes_of(user).select_related("municipality").first()
    show = request.GET.get("show", "")
    tickets = Ticket.objects.filter(building=home) if home else Ticket.objects.reported_by(user)
    if show == "mine":
        tickets = Ticket.objects.reported_by(user)
    elif show == "finished":
        tickets = tickets.finished()
    else:
        show = "open"
        tickets = tickets.unfinished()
    given = []
    if is_one_of(user, WORKERS):
        given = Ticket.objects.filter(assignee=user).open().with_places().most_pressing_first()[:PER_PAGE]
    page = Paginator(tickets.with_places(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "manutenzione/board.html", {"home": home, "show": show, "page": page, "given": given}
    )


@never_cache
@login_required
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    return _ticket_page(request, _visible(request, number))


@never_cache
@login_required
@require_POST
def step(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """One step: the form for the words, the model for the rest. A refusal shows the page with all that was typed."""
    ticket = _visible(request, number)
    if verb not in STEP_FORMS or not request.user.has_perm(f"manutenzione.{verb}_ticket", ticket):
        raise Http404
    try:
        now = transition(ticket.state, verb)
    except TransitionError as refusal:
        return _ticket_page(request, ticket, refusal=refusal, typed=request.POST.get("note", ""), status=409)
    form = STEP_FORMS[verb](request.POST, request.FILES or None, ticket=ticket, step=now, user=request.user)
    if not form.is_valid():
        return _ticket_page(request, ticket, bound=form, status=422)
    try:
        with transaction.atomic():
            form.take()
    except TransitionError as refusal:
        form.go_on_from(ticket.version)
        return _ticket_page(request, ticket, refusal=refusal, bound=form, status=409)
    except ValidationError as refusal:
        form.add_error("person", refusal)
        return _ticket_page(request, ticket, bound=form, status=422)
    except PermissionDenied:
        # The right was there when the page was asked for, and went while the step waited for its turn.
        raise Http404 from None
    messages.success(
        request, _("Done: the report is now “%(state)s”.") % {"state": ticket.get_state_display()}
    )
    return redirect(ticket)


def _visible(request: HttpRequest, number: int) -> Ticket:
    """The ticket, if this person may see it; a foreign one is as missing as a missing one."""
    ticket = (
        Ticket.objects.select_related("building__municipality", "area", "assignee", "reporter")
        .filter(number=number)
        .first()
    )
    if ticket is None or not request.user.has_perm("manutenzione.view_ticket", ticket):
        raise Http404
    return ticket


def _ticket_page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    bound: StepForm | None = None,
    refusal: Exception | None = None,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    user = request.user
    steps = [step for step in possible(ticket.state) if user.has_perm(step.permission, ticket)]
    forms = [
        bound
        if bound and bound.step.verb == step.verb
        else STEP_FORMS[step.verb](ticket=ticket, step=step, user=user)
        for step in steps
    ]
    if bound and bound not in forms:
        typed = bound.data.get("note", "")
    return render(
        request,
        "manutenzione/ticket.html",
        {
            "ticket": ticket,
            "photos": ticket.photos.all(),
            "history": told(ticket, user),
            "milestones": milestones(ticket),
            "forms": forms,
            "bound": bound,
            "refusal": refusal,
            "typed": typed,
            "is_mine": ticket.reporter_id == user.pk,
            "names": user.has_perm("manutenzione.see_names", ticket),
            "is_agency": is_one_of(user, WORKERS),
        },
        status=status,
    )
