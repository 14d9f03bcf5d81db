"""Reporting a fault: first whether somebody is in danger, then where, then what. Each step is an address of its own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import acting_for, acts_in, drawn_for_another, limited
from portal.ui.offline import keep

from .danger import ALL_CALLS, DANGERS, find_danger
from .forms import ReportForm
from .models import AlreadyReported, ClientIdTaken, Ticket
from .querysets import homes_of
from .roles import REPORTS
from .words import Category

EMERGENCY_STEPS = ("danger", "call", "visitor")
REPORTS_A_DAY = "20/d"  # by one person; who writes down what others tell on the telephone has no limit


@dataclass
class Place:
    """Where the fault is, as far as the address says so. `area` and `building` are None while nobody has chosen.

    `at` is the building whose label was scanned, even where the person may not report: its numbers are to be called.
    """

    buildings: Any  # those the person may report for
    building: Any = None
    area: Any = None
    at: Any = None
    problem: str = ""  # what the address asks for and this person cannot have

    @property
    def areas(self):
        """The places to choose from."""
        areas = apps.get_model("portal", "CommonArea").objects.select_related("building")
        if self.building:
            return areas.filter(building=self.building).order_by("name")
        return areas.filter(building__in=self.buildings).order_by("building__name", "name")


def _scanned_area(asked: QueryDict):
    """The area whose label is in the address, whoever may report there."""
    try:
        label = uuid.UUID(asked.get("area", ""))
    except ValueError:
        return None
    areas = apps.get_model("portal", "CommonArea").objects.select_related("building")
    return areas.filter(label=label).first()


def _place(request: HttpRequest) -> Place:
    buildings = apps.get_model("portal", "Building").objects.all()
    principal = acting_for(request)
    if principal or not request.user.has_perm("manutenzione.report_anywhere"):
        buildings = homes_of(principal or request.user)
    place = Place(buildings=list(buildings.select_related("municipality")))
    asked = request.GET
    if area := _scanned_area(asked):
        place.at = area.building
        if area.building in place.buildings:
            place.area, place.building = area, area.building
        else:
            place.problem = (
                _("This label hangs in a building where %(name)s does not live.") % {"name": principal}
                if principal
                else _("This label hangs in a building where you do not live.")
            )
    elif asked.get("area"):
        place.problem = _("We do not know this label.")
    if not place.building:
        place.building = next((b for b in place.buildings if str(b.pk) == asked.get("building")), None)
    if not place.building and len(place.buildings) == 1:
        place.building = place.buildings[0]
    place.at = place.at or place.building
    return place


def _next(request: HttpRequest, **answers: str) -> str:
    """The address of the next step: what has been answered so far, and one more answer."""
    query = QueryDict(mutable=True)
    for name in ("area", "building", "danger", "called"):
        if value := answers.get(name, request.GET.get(name, "")):
            query[name] = value
    return f"?{query.urlencode()}"


@never_cache
@acts_in(REPORTS)
def report(request: HttpRequest) -> HttpResponse:
    """The steps in their order; a form never stands before the call (DOMAIN.md §5)."""
    if not request.user.is_authenticated:
        area = _scanned_area(request.GET)
        return _render(request, "visitor", building=area.building if area else None, area=area)

    place = _place(request)
    danger = find_danger(request.GET.get("danger", ""))
    if not danger and request.GET.get("danger") != "no":
        answers = [(d, _next(request, danger=d.key)) for d in DANGERS]
        no = _next(request, danger="no")
        return _render(request, "danger", place=place, building=place.at, dangers=answers, no=no)
    if danger and "called" not in request.GET:
        called = _next(request, called="yes")
        back = _next(request, danger="")
        return _render(
            request, "call", place=place, building=place.at, danger=danger, called=called, back=back
        )
    if not place.buildings:
        return _render(request, "nowhere", place=place, building=place.at)
    if not place.building and request.method != "POST":
        choices = [(b, _next(request, building=str(b.pk), area="")) for b in place.buildings]
        return _render(request, "building", place=place, choices=choices)
    return _form(request, place, danger)


def _form(request: HttpRequest, place: Place, danger) -> HttpResponse:
    form = ReportForm(
        request.POST or None,
        request.FILES or None,
        owner=request.user,
        areas=place.areas,
        danger=danger,
        on_behalf_of=acting_for(request),
        initial={"area": place.area and place.area.label, "client_id": request.GET.get("client_id")},
    )
    if request.htmx and request.method == "GET":
        known = _known(request, place.area, request.GET.get("category", ""))
        return _render(request, "known", known=known)
    status = 200
    # Decoding photos takes a second each: the form is validated outside any transaction.
    if request.method == "POST":
        status = 422
        if form.is_valid():
            ticket = _take_in(request, form)
            if ticket:
                return redirect(
                    f"{reverse('manutenzione:receipt', args=[ticket.number])}?{_draft_query(request)}"
                )
    told = getattr(form, "cleaned_data", {})
    return _render(
        request,
        "form",
        status=status,
        place=place,
        form=form,
        danger=danger,
        draft=_draft(place, danger, acting_for(request)),
        principal=acting_for(request),
        known=_known(request, told.get("area"), told.get("category", "")),
    )


def _known(request: HttpRequest, area, category: str, *, but: Ticket | None = None) -> list[Ticket]:
    """What this person may read and may be about to report once more."""
    if not area or category not in Category.values:
        return []
    tickets = Ticket.objects.visible_to(request.user).open_like(area, category)
    return list(tickets.exclude(pk=but.pk if but else None)[:5])


def _draft(place: Place, danger, principal) -> str:
    """What the phone keeps the draft under: one for each label and each person that it is for, so that none is taken
    for a report of another place, or of somebody else."""
    where = place.area and place.area.label or place.building and place.building.pk or "any"
    whose = f".for-{principal.pk}" if principal else ""
    return f"manutenzione.report.{where}{whose}{'.danger' if danger else ''}"


def _draft_query(request: HttpRequest) -> str:
    return urlencode({"draft": request.POST.get("draft", "")[:100]})


def _take_in(request: HttpRequest, form: ReportForm) -> Ticket | None:
    """The ticket; None, and an error in the form, if it cannot be."""
    if drawn_for_another(request):
        form.add_error(None, for_whom_now(request))
        return None
    whose = acting_for(request) or request.user
    sent_before = Ticket.objects.reported_by(whose).filter(client_id=form.cleaned_data["client_id"])
    is_desk = whose == request.user and request.user.has_perm("manutenzione.report_anywhere")
    has_limit = not is_desk and not sent_before.exists()
    if has_limit and limited(request, "manutenzione.report", REPORTS_A_DAY):
        form.add_error(None, _("You have sent many reports today. Try again tomorrow, or call us."))
        return None
    try:
        with transaction.atomic():
            return form.save()
    except PermissionDenied:
        # They lived there when the page was asked for.
        form.add_error("area", form.fields["area"].error_messages["invalid_choice"])
    except ClientIdTaken:
        form.renew_client_id()
        form.add_error(None, _("We did not recognise this form. Check it and send it again."))
    except AlreadyReported as sent:
        form.renew_client_id()
        form.add_error(
            None,
            _(
                "You have sent this page before: your report no. %(number)d has arrived. If this is another fault, "
                "send it again."
            )
            % {"number": sent.ticket.number},
        )
    return None


def for_whom_now(request: HttpRequest) -> str:
    """Said where a form was drawn for somebody else than whom the person acts for now."""
    if principal := acting_for(request):
        return _(
            "You act for %(name)s now; when this page was opened you did not. Check that it is for %(name)s, then send "
            "it again."
        ) % {"name": principal}
    return _(
        "When this page was opened you acted for somebody else. Check that it is for yourself, then send it again."
    )


@never_cache
@login_required
@acts_in(REPORTS)
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """What the person takes away: the number, and what happens next."""
    principal = acting_for(request)
    ticket = get_object_or_404(
        Ticket.objects.reported_by(principal or request.user).with_places(), number=number
    )
    known = _known(request, ticket.area, ticket.category, but=ticket) if ticket.is_open else []
    return _render(
        request,
        "receipt",
        ticket=ticket,
        known=known,
        draft=request.GET.get("draft", ""),
        principal=principal,
    )


def _render(request: HttpRequest, step: str, *, status: int = 200, **context) -> HttpResponse:
    danger = context.get("danger")
    context |= {
        "emergency_number": settings.PORTAL_EMERGENCY_NUMBER,
        "calls": danger.calls if danger else ALL_CALLS,
    }
    response = render(request, f"manutenzione/report/{step}.html", context, status=status)
    # Whom to call, and what to do until help comes, is read where there is no connection: in a cellar, in a lift.
    return keep(response) if step in EMERGENCY_STEPS else response
