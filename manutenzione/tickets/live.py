"""Who may watch what, and which lists a fact touches."""

from __future__ import annotations

from django.apps import apps

from portal.access import principals_of
from portal.extensions import LiveTopic

from .models import Ticket
from .querysets import homes_of
from .roles import REPORTS, reader
from .workflow import fact


def _is_number(identifier: str) -> bool:
    # isdigit() alone would let "²" through, which is no key; and no key of ours has twenty figures.
    return identifier.isascii() and identifier.isdigit() and len(identifier) < 19


def _may_watch_ticket(user, identifier: str) -> bool:
    return _is_number(identifier) and Ticket.objects.visible_to(user).filter(pk=identifier).exists()


def _may_watch_board(user, identifier: str) -> bool:
    buildings = apps.get_model("portal", "Building").objects if reader(user) else homes_of(user)
    return _is_number(identifier) and buildings.filter(pk=identifier).exists()


def _may_watch_work_list(user, identifier: str) -> bool:
    return identifier == "all" and user.has_perm("manutenzione.view_work_list")


def _whose(event) -> set[int]:
    """On whose own lists it stands or stood: who reported it, has it, is named by an assignment, or had it before."""
    ticket = event.target
    if ticket is None:
        return set()
    given = ticket.changes.filter(verb="assign", event_id__lte=event.pk).order_by("-event_id")
    had = given.values_list("assignee_id", flat=True)[: 2 if event.kind == fact("assign") else 1]
    return {ticket.reporter_id, ticket.assignee_id, *had} - {None}


def _may_watch_own(user, identifier: str) -> bool:
    """One's own, and while one may follow somebody's reports, theirs."""
    if not user.is_authenticated or not _is_number(identifier):
        return False
    mine = identifier == str(user.pk)
    return mine or principals_of(user, REPORTS).filter(principal=identifier).exists()


TOPICS = (
    LiveTopic(
        key="manutenzione.ticket",
        kinds=("manutenzione.ticket.*",),
        identifiers=lambda event: [event.object_id],
        allows=_may_watch_ticket,
    ),
    LiveTopic(
        key="manutenzione.board",
        kinds=("manutenzione.ticket.*",),
        identifiers=lambda event: [event.data["building"]],
        allows=_may_watch_board,
    ),
    LiveTopic(
        key="manutenzione.mine",
        kinds=("manutenzione.ticket.*",),
        identifiers=_whose,
        allows=_may_watch_own,
    ),
    LiveTopic(
        key="manutenzione.triage",
        kinds=("manutenzione.ticket.*",),
        identifiers=lambda event: ["all"],
        allows=_may_watch_work_list,
    ),
)
