"""Every verb in every state: what may happen does, what may not is refused and changes nothing."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from manutenzione.testing import contractor, operator, take, ticket_in
from manutenzione.tickets.models import Ticket
from manutenzione.tickets.words import State
from manutenzione.tickets.workflow import (
    TRANSITIONS,
    VERBS,
    NotNow,
    Overtaken,
    ReasonMissing,
    facts,
    possible,
)
from portal.events import history_of
from portal.extensions import EventKind, declared
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db

# Written out once more: what the agency and its tenants have agreed on.
ALLOWED = {
    "submitted": {"triage": "triaged", "reject": "rejected", "cancel": "cancelled"},
    "triaged": {
        "triage": "triaged",
        "assign": "triaged",
        "hold": "on_hold",
        "resolve": "resolved",
        "reject": "rejected",
        "cancel": "cancelled",
    },
    "on_hold": {
        "assign": "on_hold",
        "resume": "triaged",
        "resolve": "resolved",
        "reject": "rejected",
        "cancel": "cancelled",
    },
    "resolved": {"confirm": "closed", "reopen": "triaged"},
    "closed": {"reopen": "triaged"},
    "rejected": {"reconsider": "triaged"},
    "cancelled": {},
}


@pytest.mark.parametrize(("state", "verb"), list(itertools.product(State, VERBS)))
def test_each_verb_in_each_state(state, verb):
    ticket = ticket_in(state)
    target = ALLOWED[state].get(verb)
    before = ticket.version, ticket.changes.count(), history_of(ticket).count()

    if target is None:
        with pytest.raises(NotNow):
            take(ticket, verb)
        after = (0, 0, 0)
    else:
        take(ticket, verb)
        after = (1, 1, 1)

    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.state == (target or state)
    assert (ticket.version, ticket.changes.count(), history_of(ticket).count()) == tuple(
        a + b for a, b in zip(before, after, strict=True)
    )


def test_the_table_says_what_was_agreed():
    table = {state: {step.verb: step.target.value for step in possible(state)} for state in State}
    assert table == ALLOWED


@pytest.mark.parametrize("step", [step for step in TRANSITIONS.values() if step.needs_reason], ids=str)
def test_whoever_is_disappointed_is_told_why(step):
    ticket = ticket_in(step.source)

    with pytest.raises(ReasonMissing):
        getattr(ticket, step.verb)(by=None, note="   ")

    assert Ticket.objects.get(pk=ticket.pk).state == step.source


def test_the_reason_is_asked_where_it_disappoints():
    assert {step.verb for step in TRANSITIONS.values() if step.needs_reason} == {
        "hold",
        "reject",
        "cancel",
        "reopen",
    }


def test_each_step_is_kept_with_its_author_and_its_reason():
    ticket, anna = ticket_in(State.TRIAGED), operator()

    ticket.hold(by=anna, note="Manca il pezzo.")

    change = ticket.changes.last()
    assert (change.from_state, change.to_state, change.by, change.note) == (
        "triaged",
        "on_hold",
        anna,
        "Manca il pezzo.",
    )
    assert change.event.kind == "manutenzione.ticket.held"
    assert change.for_agency


def test_the_fact_holds_codes_and_no_words():
    ticket = ticket_in(State.TRIAGED)

    ticket.hold(by=operator(), note="Manca il pezzo.")

    assert ticket.changes.last().event.data == {"building": ticket.building_id}


def test_taking_it_on_and_putting_it_right_are_two_facts():
    ticket, anna = ticket_in(), operator()

    ticket.triage(by=anna)
    ticket.triage(by=anna, urgency="P3")

    taken_on, corrected = ticket.changes.filter(verb="triage")
    assert taken_on.event.kind == "manutenzione.ticket.triaged"
    assert corrected.event.kind == "manutenzione.ticket.corrected"
    with translation.override("en"):
        assert "took it on" in taken_on.sentence_for(ticket.reporter)
        assert corrected.sentence_for(ticket.reporter) == "The agency put category and urgency right"


def test_each_fact_is_declared_with_its_sentence():
    assert {kind.key for kind in declared(EventKind) if kind.key.startswith("manutenzione.ticket.")} == set(
        facts()
    )


@pytest.mark.parametrize(
    "wrong",
    [{"state": "lost"}, {"state": ""}, {"urgency": "P9"}],
    ids=str,
)
def test_the_database_refuses_what_the_workflow_does_not_know(wrong):
    ticket = ticket_in()

    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        ticket.changes.update(to_state="lost")


def test_a_step_is_never_changed():
    change = ticket_in(State.TRIAGED).changes.last()
    change.note = "something else"

    with pytest.raises(TypeError):
        change.save()


def test_of_two_operators_the_second_learns_who_was_quicker():
    ticket, anna, bruno = ticket_in(State.TRIAGED), operator(display_name="Anna Riva"), operator()
    seen, electrician, plumber = ticket.version, contractor(), contractor()

    ticket.assign(electrician, by=anna, seen=seen)
    with pytest.raises(Overtaken, match="Anna Riva"):
        Ticket.objects.get(pk=ticket.pk).assign(plumber, by=bruno, seen=seen)

    assert Ticket.objects.get(pk=ticket.pk).assignee == electrician


def test_a_tenant_who_comes_too_late_reads_no_name():
    ticket = ticket_in(State.SUBMITTED)
    ticket.triage(by=operator(display_name="Anna Riva"))

    with translation.override("en"), pytest.raises(Overtaken) as refusal:
        ticket.cancel(by=ticket.reporter, note="It works again", seen=0)

    assert "Anna Riva" not in str(refusal.value)
    assert "The agency" in str(refusal.value)


def test_a_step_sent_twice_is_taken_once():
    ticket, anna = ticket_in(State.TRIAGED), operator()
    seen = ticket.version

    first = ticket.hold(by=anna, note="Manca il pezzo.", seen=seen)
    again = ticket.hold(by=anna, note="Manca il pezzo.", seen=seen)

    assert first == again
    assert ticket.changes.filter(verb="hold").count() == 1


def test_taking_on_and_giving_away_in_one_go_sent_twice_is_done_once():
    ticket, anna, electrician = ticket_in(), operator(), contractor()

    for _attempt in range(2):
        ticket.triage(by=anna, urgency="P1", assignee=electrician, seen=0)

    assert [change.verb for change in ticket.changes.all()] == ["report", "triage", "assign"]
    assert ticket.assignee == electrician


def test_the_same_verb_with_other_words_is_no_repetition():
    ticket, anna = ticket_in(State.TRIAGED), operator()
    seen = ticket.version
    ticket.triage(by=anna, urgency="P1", seen=seen)

    with pytest.raises(Overtaken):
        ticket.triage(by=anna, urgency="P3", seen=seen)


def test_the_rules_are_asked_once_more_when_the_step_is_taken():
    ticket = ticket_in(State.TRIAGED)

    with pytest.raises(PermissionDenied):
        ticket.resolve(by=contractor())

    assert Ticket.objects.get(pk=ticket.pk).state == State.TRIAGED


def test_who_takes_it_on_for_somebody_who_does_no_repairs_has_not_taken_it_on():
    ticket = ticket_in()

    with pytest.raises(ValidationError):
        ticket.triage(by=operator(), urgency="P1", assignee=UserFactory())

    for found in (ticket, Ticket.objects.get(pk=ticket.pk)):
        assert (found.state, found.urgency, found.version) == (State.SUBMITTED, "P2", 0)


def test_only_whoever_does_repairs_is_given_one():
    ticket = ticket_in(State.TRIAGED)

    with pytest.raises(ValidationError):
        ticket.assign(UserFactory(), by=operator())
