"""What a person gets to see of what tickets know about them, and what is left once they are erased."""

import pytest
from django.utils import timezone

from manutenzione.testing import operator, ticket_in
from manutenzione.tickets.models import Ticket, TicketChange
from manutenzione.tickets.privacy import (
    RETENTION,
    erase_changes,
    erase_tickets,
    expire_tickets,
    export_changes,
    export_tickets,
)
from manutenzione.tickets.schedules import forget_words
from manutenzione.tickets.words import State

pytestmark = pytest.mark.django_db


def test_people_get_their_own_reports_and_words():
    ticket, _other = ticket_in(State.RESOLVED, text="Spenta"), ticket_in(text="Altro")
    ticket.reopen(by=ticket.reporter, note="Si è spenta di nuovo")

    assert [row["text"] for row in export_tickets(ticket.reporter)] == ["Spenta"]
    assert [row["note"] for row in export_changes(ticket.reporter)] == ["", "Si è spenta di nuovo"]


def test_who_is_erased_leaves_the_repair_and_no_trace():
    ticket, anna = ticket_in(State.RESOLVED, text="La luce di casa mia"), operator()
    ticket.reopen(by=ticket.reporter, note="Ancora, da me")
    ticket.resolve(by=anna, note="Cambiata la lampada")
    ticket.confirm(by=ticket.reporter)
    tenant = ticket.reporter

    assert erase_changes(tenant) == 3
    assert erase_tickets(tenant) == 1

    ticket = Ticket.objects.get()
    assert (ticket.reporter, ticket.text, ticket.state) == (None, "", State.CLOSED)
    notes = list(ticket.changes.values_list("note", flat=True))
    assert "Ancora, da me" not in notes
    assert "Cambiata la lampada" in notes
    assert not TicketChange.objects.filter(by=tenant).exists()


def test_the_words_of_an_open_report_stay_until_it_is_repaired():
    ticket = ticket_in(State.TRIAGED, text="Spenta")

    erase_tickets(ticket.reporter)

    assert Ticket.objects.get().text == "Spenta"


def test_and_go_with_it():
    ticket, other = ticket_in(State.TRIAGED, text="La luce di casa mia"), ticket_in(State.CLOSED)
    erase_tickets(ticket.reporter)
    forget_words()
    assert Ticket.objects.get(pk=ticket.pk).text

    ticket.resolve(by=operator())
    ticket.confirm(by=None)
    forget_words()

    assert Ticket.objects.get(pk=ticket.pk).text == ""
    assert Ticket.objects.get(pk=other.pk).text


def test_after_five_years_a_finished_report_is_gone():
    old, open_ = ticket_in(State.CLOSED), ticket_in(State.TRIAGED)
    long_ago = timezone.now() - RETENTION - timezone.timedelta(days=1)
    Ticket.objects.update(state_since=long_ago)
    recent = ticket_in(State.CLOSED)

    assert expire_tickets(timezone.now() - RETENTION) == 1

    assert set(Ticket.objects.all()) == {open_, recent}
    assert not TicketChange.objects.filter(ticket_id=old.pk).exists()
