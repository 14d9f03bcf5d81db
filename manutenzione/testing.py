"""Invented tickets for tests, here and in a site's own suite."""

from __future__ import annotations

import itertools
import uuid

from django.contrib.auth import get_user_model

from portal.testing.factories import BuildingFactory, CommonAreaFactory, UserFactory, tenant_of

from .tickets.models import Ticket
from .tickets.words import State

# The shortest way into each state; None is the reporter, otherwise a verb of an operator.
_WAYS = {
    State.SUBMITTED: (),
    State.TRIAGED: ("triage",),
    State.ON_HOLD: ("triage", "hold"),
    State.RESOLVED: ("triage", "resolve"),
    State.CLOSED: ("triage", "resolve", "confirm"),
    State.REJECTED: ("reject",),
    State.CANCELLED: ("cancel",),
}

_LAMPS = itertools.count(1)


def operator(**fields):
    return UserFactory(roles=["manutenzione.operator"], **fields)


def contractor(**fields):
    return UserFactory(roles=["manutenzione.contractor"], **fields)


def ticket_in(state: str = State.SUBMITTED, *, reporter=None, area=None, **told) -> Ticket:
    """A ticket that has come into `state` by its own verbs, reported by somebody of the building."""
    area = area or CommonAreaFactory(building=BuildingFactory())
    reporter = reporter or tenant_of(area.building)
    # Words of its own: the same ones, a moment later, would be the same report.
    words = {"category": "lighting", "urgency": "P2", "text": f"La luce numero {next(_LAMPS)} è spenta."}
    ticket = Ticket.report(by=reporter, client_id=uuid.uuid4(), area=area, **{**words, **told})
    for verb in _WAYS[State(state)]:
        take(ticket, verb, by=reporter if verb in {"confirm", "cancel"} else None)
    # As a page would find it: nothing remembered from the way.
    ticket = Ticket.objects.get(pk=ticket.pk)
    ticket.reporter = get_user_model().objects.get(pk=reporter.pk)
    return ticket


def take(ticket: Ticket, verb: str, *, by=None, seen: int | None = None):
    """The verb, with whatever it cannot do without."""
    if verb == "assign":
        return ticket.assign(contractor(), by=by, seen=seen)
    return getattr(ticket, verb)(by=by, seen=seen, note=f"because of {verb}")
