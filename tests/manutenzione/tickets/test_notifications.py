"""Whom a fact is told to, in which words, and who may watch it live."""

import pytest
from django.utils import translation

from manutenzione.testing import contractor, operator, ticket_in
from manutenzione.tickets.words import State
from portal.extensions import LiveTopic, NotificationKind, find
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


def _told(ticket):
    """The last step's notification: whom it reaches."""
    event = ticket.changes.last().event
    kind = find(NotificationKind, event.kind)
    return {person.pk for person in kind.recipients(event)}


def test_a_report_is_told_to_the_operators():
    anna, bruno = operator(), operator()
    contractor()

    assert _told(ticket_in()) == {anna.pk, bruno.pk}


def test_whom_a_report_is_told_to_is_asked_at_once_however_many_they_are(django_assert_max_num_queries):
    """And so before each mail that goes out."""
    ticket = ticket_in()
    for _ in range(12):
        operator()

    with django_assert_max_num_queries(10):
        assert len(_told(ticket)) == 12
    with django_assert_max_num_queries(10):
        people = ticket.people_in_conversation()
        assert sum(person.has_role("manutenzione.operator") for person in people) == 12


def test_each_step_of_the_agency_is_told_to_the_reporter():
    ticket, anna, electrician = ticket_in(), operator(), contractor()
    reporter = {ticket.reporter.pk}

    ticket.triage(by=anna)
    assert _told(ticket) == reporter
    ticket.assign(electrician, by=anna)
    assert _told(ticket) == {electrician.pk}
    ticket.triage(by=anna, urgency="P1")
    assert _told(ticket) == reporter | {electrician.pk}
    ticket.hold(by=electrician, note="Manca il pezzo")
    assert _told(ticket) == reporter
    ticket.resume(by=electrician)
    assert _told(ticket) == reporter
    ticket.resolve(by=electrician)
    assert _told(ticket) == reporter
    ticket.reopen(by=ticket.reporter, note="Si è spenta")
    assert _told(ticket) == {anna.pk, electrician.pk}
    ticket.resolve(by=anna)
    ticket.confirm(by=ticket.reporter)
    assert _told(ticket) == {electrician.pk}


def test_a_rejection_is_told_to_the_reporter():
    ticket = ticket_in()
    ticket.reject(by=operator(), note="Non è nostro")

    assert _told(ticket) == {ticket.reporter.pk}


def test_that_it_is_accepted_after_all_is_told_to_whom_the_rejection_was_told():
    ticket, electrician = ticket_in(State.TRIAGED), contractor()
    ticket.assign(electrician, by=None)
    ticket.reject(by=operator(), note="Non è nostro")
    refused = _told(ticket)

    ticket.reconsider(by=operator())

    assert _told(ticket) == refused == {ticket.reporter.pk, electrician.pk}


@pytest.mark.parametrize("verb", ["hold", "reject", "cancel"])
def test_whoever_was_to_repair_it_does_not_come_for_nothing(verb):
    ticket, electrician = ticket_in(State.TRIAGED), contractor()
    ticket.assign(electrician, by=None)
    by = ticket.reporter if verb == "cancel" else operator()

    getattr(ticket, verb)(by=by, note="Perché")

    assert electrician.pk in _told(ticket)


def test_each_of_two_is_told_of_what_was_given_to_them():
    """The facts are told after both have happened, as when the worker was away."""
    ticket, electrician, plumber = ticket_in(State.TRIAGED), contractor(), contractor()
    ticket.assign(electrician, by=None)
    ticket.assign(plumber, by=None)
    ticket.assign(electrician, by=None)

    told = find(NotificationKind, "manutenzione.ticket.assigned").recipients

    assert [
        [person.pk for person in told(change.event)] for change in ticket.changes.filter(verb="assign")
    ] == [
        [electrician.pk],
        [],  # what is no longer theirs they do not see
        [electrician.pk],
    ]


def test_who_has_left_the_agency_is_not_told_of_what_they_may_not_see():
    ticket, electrician = ticket_in(State.TRIAGED), contractor()
    ticket.assign(electrician, by=None)
    ticket.resolve(by=electrician)
    electrician.take_role("manutenzione.contractor", by=None)

    ticket.reopen(by=ticket.reporter, note="Ancora spenta")

    assert _told(ticket) == set()


def test_a_danger_is_called_one():
    ticket, lamp = ticket_in(urgency="P0"), ticket_in()

    def title(ticket):
        event = ticket.changes.last().event
        return find(NotificationKind, event.kind).title(event)

    with translation.override("en"):
        assert title(ticket) == f"Danger! New report {ticket.number} (light)"
        assert title(lamp) == f"New report {lamp.number} (light)"
        ticket.triage(by=None)
        assert "Danger" not in title(ticket)


def test_who_was_called_to_a_danger_is_told_that_it_was_none():
    anna, danger, lamp = operator(), ticket_in(urgency="P0"), ticket_in()
    for ticket in (danger, lamp):
        ticket.cancel(by=ticket.reporter, note="Era il forno")

    assert _told(danger) == {anna.pk}
    assert _told(lamp) == set()


def test_nobody_is_told_what_they_did_themselves():
    anna = operator()
    ticket = ticket_in(State.TRIAGED)

    ticket.assign(anna, by=anna)

    assert _told(ticket) == set()


def test_the_title_names_number_and_category_and_nothing_else():
    ticket = ticket_in(State.TRIAGED, text="La signora Rossi è caduta")
    ticket.hold(by=operator(), note="Parole riservate")
    event = ticket.changes.last().event

    with translation.override("en"):
        title = find(NotificationKind, event.kind).title(event)

    assert str(ticket.number) in title
    assert "light" in title
    assert "Rossi" not in title
    assert "riservate" not in title


def test_the_address_carries_no_language():
    ticket = ticket_in()
    event = ticket.changes.last().event

    with translation.override("ar"):
        assert find(NotificationKind, event.kind).url(event) == f"/manutenzione/{ticket.number}/"


@pytest.mark.parametrize(
    ("who", "ticket_", "board", "work_list"),
    [
        ("reporter", True, True, False),
        ("neighbour", True, True, False),
        ("stranger", False, False, False),
        ("operator", True, True, True),
        ("contractor", False, False, False),
        ("auditor", True, True, True),
    ],
)
def test_who_may_watch(who, ticket_, board, work_list):
    ticket = ticket_in()
    person = {
        "reporter": lambda: ticket.reporter,
        "neighbour": lambda: tenant_of(ticket.building),
        "stranger": lambda: tenant_of(BuildingFactory()),
        "operator": operator,
        "contractor": contractor,
        "auditor": lambda: UserFactory(roles=["portal.auditor"]),
    }[who]()

    def may(topic, identifier):
        return find(LiveTopic, topic).allows(person, str(identifier))

    assert may("manutenzione.ticket", ticket.pk) is ticket_
    assert may("manutenzione.board", ticket.building_id) is board
    assert may("manutenzione.triage", "all") is work_list
    for nonsense in ("' OR 1=1", "²", "", "-1", "0", "9" * 40):
        assert not may("manutenzione.ticket", nonsense)
        assert not may("manutenzione.board", nonsense)
        assert not may("manutenzione.triage", nonsense)


@pytest.mark.parametrize("who", [contractor, operator, lambda: tenant_of(BuildingFactory())])
def test_ones_own_list_is_watched_by_nobody_else(who):
    person = who()
    allows = find(LiveTopic, "manutenzione.mine").allows

    assert allows(person, str(person.pk))
    for other in (str(operator().pk), f"0{person.pk}", f" {person.pk}", "", "all"):
        assert not allows(person, other)


def _touched(topic, event):
    return {str(identifier) for identifier in find(LiveTopic, topic).identifiers(event)}


def test_a_step_wakes_the_ticket_the_board_and_the_work_list():
    ticket = ticket_in()
    event = ticket.changes.last().event

    assert _touched("manutenzione.ticket", event) == {str(ticket.pk)}
    assert _touched("manutenzione.board", event) == {str(ticket.building_id)}
    assert _touched("manutenzione.triage", event) == {"all"}


def test_a_step_wakes_the_lists_of_whoever_reported_it_has_it_and_had_it():
    """The facts are looked at after all have happened, as when the worker was away."""
    ticket = ticket_in()
    reporter, anna, bruno, carla = str(ticket.reporter_id), contractor(), contractor(), operator()
    steps = [
        lambda: ticket.triage(by=None),
        lambda: ticket.assign(anna, by=None),
        lambda: ticket.assign(bruno, by=None),
        lambda: ticket.hold(by=None, note="Manca il pezzo"),
        lambda: ticket.assign(carla, by=None),
        lambda: ticket.resolve(by=None),
    ]
    facts = [step().event for step in steps]

    woken = [_touched("manutenzione.mine", event) - {reporter, str(carla.pk)} for event in facts]

    assert woken == [
        set(),
        {str(anna.pk)},
        {str(anna.pk), str(bruno.pk)},
        {str(bruno.pk)},
        {str(bruno.pk)},
        set(),
    ]
    assert all({reporter, str(carla.pk)} <= _touched("manutenzione.mine", event) for event in facts)
