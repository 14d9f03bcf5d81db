"""What the search finds among reports, and for whom."""

import pytest

from manutenzione.testing import operator, ticket_in
from manutenzione.tickets.search import find_tickets
from manutenzione.tickets.words import State
from portal.testing.factories import BuildingFactory, CommonAreaFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stairs():
    """A place without a figure in its name."""
    return CommonAreaFactory(name="Scale", building=BuildingFactory(name="Casa dei Tigli"))


def _found(person, query):
    return [hit.url for hit in find_tickets(person, query, 20)]


def test_a_report_is_found_by_its_number_in_whatever_figures(stairs):
    # Words without a number in them, each its own.
    ticket, anna = ticket_in(area=stairs, text="Buio"), operator()
    for letter in "abcdefghijk":
        ticket_in(area=stairs, text=f"Buio, scala {letter}")

    assert _found(anna, "1") == _found(anna, "١") == [ticket.get_absolute_url()]
    assert len(_found(anna, "12")) == 1


@pytest.mark.parametrize("query", ["1²", "²²", "9" * 40, "-1", "1.0", "%", "_", "\\", "' OR 1=1 --"])
def test_what_only_looks_like_a_number_finds_nothing(stairs, query):
    ticket_in(area=stairs, text="La luce è spenta.")  # with no number in it

    assert _found(operator(), query) == []


def test_it_is_found_by_who_may_see_it():
    ticket = ticket_in(text="Il portone cigola")

    for person in (ticket.reporter, tenant_of(ticket.building), operator()):
        assert _found(person, "cigola") == [ticket.get_absolute_url()]
    for person in (tenant_of(BuildingFactory()), UserFactory()):
        assert _found(person, "cigola") == []


def test_nobody_learns_from_the_search_who_reported_it():
    """Neither is a name found, nor does a hit tell one."""
    ticket, roberto = ticket_in(text="Il portone cigola"), operator(display_name="Roberto Sala")
    ticket.reporter.display_name = "Samira Haddad"
    ticket.reporter.save()
    ticket.triage(by=roberto, assignee=roberto)
    ticket.hold(by=roberto, note="Parole riservate")
    assert ticket.state == State.ON_HOLD

    for person in (tenant_of(ticket.building), ticket.reporter, operator()):
        for words in ("Samira", "Haddad", "Roberto", "riservate"):
            assert _found(person, words) == []
        assert "Samira" not in str(find_tickets(person, "cigola", 20))
