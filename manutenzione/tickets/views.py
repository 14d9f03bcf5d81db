from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.access import act_as_oneself, acting_for, acts_in, drawn_for_another

from .forms import STEP_FORMS, StepForm
from .history import milestones, told
from .models import Ticket
from .querysets import homes_of
from .report import for_whom_now
from .roles import REPORTS, worker
from .workflow import Overtaken, Transition, TransitionError, row_of, transition

PER_PAGE = 25


@never_cache
@login_required
@acts_in(REPORTS)
def board(request: HttpRequest) -> HttpResponse:
    """The reports of my building; for a contractor, those given to me; for whoever acts for somebody, that person's."""
    if principal := acting_for(request):
        return _board_of(request, principal)
    user = request.user
    home = homes_of(user).select_related("municipality").first()
    may_report = home is not None or user.has_perm("manutenzione.report_anywhere")
    show = request.GET.get("show", "")
    tickets = Ticket.objects.filter(building=home) if home else Ticket.objects.reported_by(user)
    if show == "mine":
        tickets = Ticket.objects.reported_by(user)
    elif show == "finished":
        tickets = tickets.finished()
    else:
        show = "open"
        tickets = tickets.unfinished()

    repairs = worker(user)

    shows = [
        {"label": label, "url": f"?show={key}" if key != "open" else "?", "is_current": show == key}
        for key, label in (("open", _("Open")), ("finished", _("Finished")), ("mine", _("Mine")))
    ]

    def lists() -> dict:
        """Asked for by the template, after it has noted up to where the live topics had come."""
        given = Ticket.objects.none()
        if repairs:
            given = Ticket.objects.filter(assignee=user).open().with_places().most_pressing_first()[:PER_PAGE]
        page = Paginator(tickets.with_places(), PER_PAGE).get_page(request.GET.get("page"))
        # Whoever repairs and lives in no building of ours has nothing else to look through, but for what they sent.
        has_reports = home is not None or not repairs or show != "open" or page.paginator.count > 0
        return {"given": list(given), "has_reports": has_reports, "page": page}

    context = {
        "home": home,
        "mine_of": user.pk,
        "may_report": may_report,
        "repairs": repairs,
        "show": show,
        "shows": shows,
        "lists": lists,
    }
    return render(request, "manutenzione/board.html", context)


def _board_of(request: HttpRequest, principal) -> HttpResponse:
    """What the principal reported, and nothing of their neighbours."""

    def lists() -> dict:
        page = Paginator(Ticket.objects.reported_by(principal).with_places(), PER_PAGE)
        return {"given": [], "has_reports": True, "page": page.get_page(request.GET.get("page"))}

    context = {
        "principal": principal,
        "mine_of": principal.pk,
        "may_report": homes_of(principal).exists(),
        "repairs": False,
        "show": "mine",
        "shows": [],
        "lists": lists,
    }
    return render(request, "manutenzione/board.html", context)


@never_cache
@login_required
@acts_in(REPORTS)
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    return _ticket_page(request, _visible(request, number))


@never_cache
@acts_in(REPORTS)
def step(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    if not request.user.is_authenticated:
        # Back to the page with the forms: an address that is only posted to leads nowhere.
        return redirect_to_login(reverse("manutenzione:ticket", args=[number]))
    if request.method in ("GET", "HEAD"):
        # The language switch, or a reload by address, on the answer to a refused step: the page with the forms.
        return redirect(_step_of(request, number, verb))
    return _step(request, number, verb)


def _step_of(request: HttpRequest, number: int, verb: str) -> Ticket:
    """The ticket, if this person may do that to it at some time; otherwise it is as missing as the step."""
    ticket = _visible(request, number)
    if verb not in STEP_FORMS or not ticket.may(verb, request.user, acting_for(request)):
        raise Http404
    return ticket


@require_POST
def _step(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """One step: the form for the words, the model for the rest. A refusal shows the page with all that was typed."""
    ticket = _step_of(request, number, verb)
    # Whether the state allows it is asked when the step is taken: a phone may be sending again what it has done.
    row = row_of(ticket.state, verb)
    form = STEP_FORMS[verb](
        request.POST,
        request.FILES or None,
        ticket=ticket,
        step=row,
        user=request.user,
        on_behalf_of=acting_for(request),
    )
    try:
        if drawn_for_another(request):
            raise Overtaken(for_whom_now(request))
        if not form.is_valid():
            transition(ticket.state, verb)  # what is forbidden is refused for that, not for its words
            return _ticket_page(request, ticket, bound=form, status=422)
        with transaction.atomic():
            form.take()
    except TransitionError as refusal:
        return _ticket_page(request, ticket, refusal=refusal, bound=form, status=409)
    except ValidationError as refusal:
        form.add_error("person", refusal)
        return _ticket_page(request, ticket, bound=form, status=422)
    except PermissionDenied:
        # The right was there when the page was asked for, and went while the step waited for its turn.
        raise Http404 from None
    messages.success(request, form.said())
    return redirect(ticket)


def _visible(request: HttpRequest, number: int) -> Ticket:
    """The ticket, if this person may see it; a foreign one is as missing as a missing one."""
    ticket = Ticket.objects.with_people().filter(number=number).first()
    if ticket is None or not request.user.has_perm("manutenzione.view_ticket", ticket):
        raise Http404
    if (principal := acting_for(request)) and ticket.reporter_id != principal.pk:
        act_as_oneself(request)  # a report that the person sees by a right of their own
    return ticket


def _list_of(user) -> dict[str, str]:
    """The list that a ticket's page leads back to."""
    if user.has_perm("manutenzione.view_work_list"):
        return {"title": _("Work list"), "url": reverse("manutenzione:triage")}
    return {"title": _("Maintenance"), "url": reverse("manutenzione:board")}


def _ticket_page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    bound: StepForm | None = None,
    refusal: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    user, principal = request.user, acting_for(request)
    is_mine, names = ticket.reporter_id == user.pk, user.has_perm("manutenzione.see_names", ticket)
    is_agency = worker(user) and not principal
    # Whoever may act for the reporter reads their name; on which side they stand here the band says.
    for_reporter = not is_mine and not names and user.has_perm("manutenzione.act_for_reporter", ticket)

    def form_for(step: Transition, ticket: Ticket) -> StepForm:
        if bound and bound.step.verb == step.verb:
            return bound.going_on(ticket, step) if refusal else bound
        chosen = {"client_id": request.GET.get("client_id")}
        if bound and step.verb == "assign" and bound.data.get("person"):
            # Chosen while taking it on, which somebody else did meanwhile.
            chosen["person"] = bound.data["person"]
        return STEP_FORMS[step.verb](
            ticket=ticket, step=step, user=user, on_behalf_of=principal, initial=chosen
        )

    def now() -> dict:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        ticket_now = Ticket.objects.with_people().get(pk=ticket.pk)
        steps = ticket_now.steps_for(user, principal)
        history = told(ticket_now, user, follows=for_reporter)
        first = history[-1].change
        has_gone = bound and bound.step.verb not in {step.verb for step in steps}
        return {
            "ticket": ticket_now,
            "forms": [form_for(step, ticket_now) for step in steps],
            "typed": bound.data.get("note", "") if has_gone else "",
            "history": history,
            "by_agency": first is not None and first.for_agency,
            "sent_by": first.by if first is not None and first.on_behalf_of_id else None,
            "milestones": milestones(ticket_now),
        }

    return render(
        request,
        "manutenzione/ticket.html",
        {
            "crumbs": [_list_of(user)],
            "ticket": ticket,
            "now": now,
            "photos": ticket.photos.all(),
            "refusal": refusal,
            "is_mine": is_mine,
            "names": names,
            "is_agency": is_agency,
            # Whoever sees it for no other reason lives there (rules.py).
            "is_neighbour": not (is_mine or names or is_agency or for_reporter),
            "for_reporter": for_reporter,
        },
        status=status,
    )
