"""What tickets say on other pages: the dashboards, the place behind a label, the search, the agency's figures."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest

from portal.extensions import SearchHit, containing

from .models import Ticket
from .querysets import homes_of, with_open_tickets
from .roles import agency, worker
from .words import Category, State
from .work_list import counts

MENU_LAGS = 60  # seconds


def concerns(user) -> bool:
    """Whether the board is for this person: who lives with the agency or did, repairs for it, or sits at its desk.

    Every page asks, for its menu, so what the registers say of a home is remembered for MENU_LAGS; a right never is.
    """
    if agency(user):
        return True
    return cache.get_or_set(
        f"manutenzione.board.{user.pk}",
        lambda: homes_of(user).exists() or Ticket.objects.reported_by(user).exists(),
        MENU_LAGS,
    )


def my_reports(request: HttpRequest) -> dict | None:
    """For whoever lives with the agency: their own reports, what is their turn first, and how many are open there."""
    home = with_open_tickets(homes_of(request.user)).first()
    mine = list(Ticket.objects.reported_by(request.user).unfinished().to_confirm_first().with_places()[:3])
    if not home and not mine:
        return None
    return {"home": home, "mine": mine}


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


def find_tickets(user, query: str, limit: int) -> list[SearchHit]:
    wanted = containing(query, "text", "area__name", "building__name", category=Category.choices)
    if query.isdecimal() and len(query) < 10:
        wanted |= Q(number=int(query))
    return [
        SearchHit(
            title=f"{ticket.number} · {ticket.get_category_display()}",
            url=ticket.get_absolute_url(),
            summary=f"{ticket.area}, {ticket.building} · {ticket.get_state_display()}",
            icon=ticket.icon,
        )
        for ticket in Ticket.objects.visible_to(user).filter(wanted).with_places()[:limit]
    ]


def waiting_for_answer(user) -> int | None:
    """How many reports wait for an answer, told to those who can give it."""
    if not user.has_perm("manutenzione.triage_ticket"):
        return None
    return Ticket.objects.filter(state=State.SUBMITTED).count() or None


def opened(since: datetime, until: datetime) -> int:
    return Ticket.objects.filter(created_at__gte=since, created_at__lt=until).count()


def minutes_to_first_answer(since: datetime, until: datetime) -> int:
    """The median over what was first answered in that time; 0 when nothing was."""
    answered = Ticket.objects.filter(answered_at__gte=since, answered_at__lt=until)
    minutes = [
        (at - start).total_seconds() / 60 for start, at in answered.values_list("created_at", "answered_at")
    ]
    return round(median(minutes)) if minutes else 0
