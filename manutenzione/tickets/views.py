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

    def lists() -> dict:
        """Asked for by the template, after it has noted up to where the live topic had come."""
        given = Ticket.objects.none()
        if is_one_of(user, WORKERS):
            given = Ticket.objects.filter(assignee=user).open().with_places().most_pressing_first()[:PER_PAGE]
        page = Paginator(tickets.with_places(), PER_PAGE).get_page(request.GET.get("page"))
        return {"given": list(given), "page": page}

    return render(request, "manutenzione/board.html", {"home": home, "show": show, "lists": lists})


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
    ticket = Ticket.objects.with_people().filter(number=number).first()
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
    if bound and bound.step not in possible(ticket.state):
        typed = bound.data.get("note", "")

    def now() -> dict:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        ticket_now = Ticket.objects.with_people().get(pk=ticket.pk)
        forms = [
            bound
            if bound and bound.step == step
            else STEP_FORMS[step.verb](ticket=ticket_now, step=step, user=user)
            for step in possible(ticket_now.state)
            if user.has_perm(step.permission, ticket_now)
        ]
        return {
            "ticket": ticket_now,
            "forms": forms,
            "history": told(ticket_now, user),
            "milestones": milestones(ticket_now),
        }

    return render(
        request,
        "manutenzione/ticket.html",
        {
            "ticket": ticket,
            "now": now,
            "photos": ticket.photos.all(),
            "bound": bound,
            "refusal": refusal,
            "typed": typed,
            "is_mine": ticket.reporter_id == user.pk,
            "names": user.has_perm("manutenzione.see_names", ticket),
            "is_agency": is_one_of(user, WORKERS),
        },
        status=status,
    )
