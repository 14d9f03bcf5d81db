"""What tickets show on pages that are not theirs: my home, my day, the page of a place."""

from __future__ import annotations

from django.http import HttpRequest

from .danger import DANGERS
from .models import Ticket
from .querysets import homes_of, with_open_tickets
from .roles import worker
from .work_list import counts


def my_reports(request: HttpRequest) -> dict | None:
    """For whoever lives with the agency: their own reports, what is their turn first, and how many are open there."""
    home = with_open_tickets(homes_of(request.user)).first()
    mine = list(Ticket.objects.reported_by(request.user).unfinished().to_confirm_first().with_places()[:3])
    if not home and not mine:
        return None
    return {"home": home, "mine": mine}


def dangers(request: HttpRequest) -> dict:
    """What to do in each danger, for a phone without a connection. The numbers stand above it."""
    return {"dangers": DANGERS}


def my_work(request: HttpRequest) -> dict | None:
    """For operators: what is to be answered, given to somebody, late; what presses most besides their own repairs."""
    if not request.user.has_perm("manutenzione.triage_ticket"):
        return None
    others = Ticket.objects.open().not_waiting().with_somebody_else(request.user)
    pressing = list(others.with_places().most_pressing_first()[:5])
    return {"counts": counts(request.user), "pressing": pressing}


def my_repairs(request: HttpRequest) -> dict | None:
    """For whoever repairs: what was given to them. An operator's card is hidden until there is something."""
    if not worker(request.user):
        return None
    given = list(Ticket.objects.filter(assignee=request.user).open().with_places().most_pressing_first()[:6])
    return {"given": given, "is_hidden": not given and request.user.has_perm("manutenzione.triage_ticket")}


def place_panel(request: HttpRequest, area) -> dict:
    """On the place behind a label: report a fault here, and what is known already to whoever may see it."""
    user = request.user
    if not user.is_authenticated:
        return {"area": area, "known": [], "may_report": True}  # once they have signed in
    known = Ticket.objects.visible_to(user).filter(area=area).unfinished()[:5]
    may_report = user.has_perm("manutenzione.report_ticket", area.building)
    return {"area": area, "known": known, "may_report": may_report}
