"""What happens when nobody says anything."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from manutenzione.testing import contractor, ticket_in
from manutenzione.tickets.models import Ticket
from manutenzione.tickets.schedules import close_unanswered
from manutenzione.tickets.words import State
from manutenzione.tickets.workflow import CONFIRM_WITHIN
from portal.extensions import NotificationKind, find

pytestmark = pytest.mark.django_db

LATER = CONFIRM_WITHIN + timedelta(hours=1)


def _state(ticket):
    return Ticket.objects.get(pk=ticket.pk).state


def test_a_repair_that_nobody_doubts_is_closed_after_a_fortnight():
    old = ticket_in(State.RESOLVED)
    assert old.confirm_by == old.state_since + timedelta(days=14)

    with time_machine.travel(timezone.now() + LATER, tick=False):
        fresh, waiting = ticket_in(State.RESOLVED), ticket_in(State.ON_HOLD)
        close_unanswered()

        assert (_state(old), _state(fresh), _state(waiting)) == (State.CLOSED, State.RESOLVED, State.ON_HOLD)
        step = old.changes.last()
        assert (step.verb, step.by, step.for_agency) == ("confirm", None, True)
        with translation.override("en"):
            assert step.sentence_for(old.reporter) == "The agency confirmed the repair"


def test_who_reported_it_and_who_repaired_it_are_told_and_it_may_be_opened_again():
    ticket, electrician = ticket_in(State.TRIAGED), contractor()
    ticket.assign(electrician, by=None)
    ticket.resolve(by=electrician)

    with time_machine.travel(timezone.now() + LATER, tick=False):
        close_unanswered()
        event = ticket.changes.last().event
        told = find(NotificationKind, event.kind).recipients(event)
        assert {person.pk for person in told} == {ticket.reporter.pk, electrician.pk}

        ticket.reopen(by=ticket.reporter, note="È ancora spenta")

        assert _state(ticket) == State.TRIAGED


def test_an_answer_of_the_last_moment_counts(monkeypatch):
    ticket = ticket_in(State.RESOLVED)
    stale = [Ticket.objects.get(pk=ticket.pk)]
    ticket.reopen(by=ticket.reporter, note="È ancora spenta")
    monkeypatch.setattr(type(Ticket.objects.all()), "unanswered", lambda self: stale)

    close_unanswered()

    assert _state(ticket) == State.TRIAGED
