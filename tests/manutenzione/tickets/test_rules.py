"""Who may what, for every kind of person there is."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from manutenzione.testing import contractor, operator, ticket_in
from manutenzione.tickets.models import Ticket
from manutenzione.tickets.words import State
from portal.testing.factories import BuildingFactory, CommonAreaFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    ticket = ticket_in(State.TRIAGED)
    ticket.assign(contractor(display_name="the assigned contractor"), by=None)
    ticket_in(State.RESOLVED)  # of another building: it must not get mixed in
    return ticket


def _moved_out(building):
    tenant = tenant_of(building)
    household = tenant.household_memberships.get().household
    household.tenancies.update(left_on=timezone.localdate())
    return tenant


def _dismissed(ticket):
    ticket.assignee.take_role("manutenzione.contractor", by=None)
    return type(ticket.assignee).objects.get(pk=ticket.assignee.pk)


def _inactive(person):
    person.is_active = False
    person.save()
    return person


PEOPLE = {
    # who: (the person, may see the ticket)
    "visitor": (lambda t: AnonymousUser(), False),
    "reporter": (lambda t: t.reporter, True),
    "neighbour in the building": (lambda t: tenant_of(t.building), True),
    "tenant of another building": (lambda t: tenant_of(BuildingFactory()), False),
    "who has moved out": (lambda t: _moved_out(t.building), False),
    "volunteer without a home here": (lambda t: UserFactory(), False),
    "operator": (lambda t: operator(), True),
    "contractor it was given to": (lambda t: t.assignee, True),
    "another contractor": (lambda t: contractor(), False),
    "contractor who was dismissed": (_dismissed, False),
    "auditor": (lambda t: UserFactory(roles=["portal.auditor"]), True),
    "caseworker": (lambda t: UserFactory(roles=["portal.caseworker"]), False),
    "administrator": (lambda t: UserFactory(roles=["portal.administrator"]), False),
    "mediator": (lambda t: UserFactory(roles=["community.mediator"]), False),
    "reporter whose account is closed": (lambda t: _inactive(t.reporter), False),
    "operator whose account is closed": (lambda t: _inactive(operator()), False),
    "keeper of the installation": (lambda t: UserFactory(is_superuser=True), False),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_a_ticket_and_the_list_agrees_with_the_rule(who, ticket):
    find, sees = PEOPLE[who]
    person = find(ticket)
    ticket = Ticket.objects.get(pk=ticket.pk)

    assert person.has_perm("manutenzione.view_ticket", ticket) is sees
    visible = set(Ticket.objects.visible_to(person))
    assert (ticket in visible) is sees
    # ... and for every ticket there is, not only for this one
    assert visible == {t for t in Ticket.objects.all() if person.has_perm("manutenzione.view_ticket", t)}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_a_ticket_sees_its_steps_photos(who, ticket):
    find, sees = PEOPLE[who]
    person = find(ticket)

    assert person.has_perm("manutenzione.view_ticketchange", ticket.changes.last()) is sees


MAY = {
    "reporter": {"confirm", "reopen", "cancel"},
    "neighbour in the building": set(),
    "tenant of another building": set(),
    "operator": {"triage", "assign", "hold", "resume", "resolve", "reopen", "reject", "reconsider"},
    "contractor it was given to": {"hold", "resume", "resolve"},
    "another contractor": set(),
    "contractor who was dismissed": set(),
    "auditor": set(),
    "caseworker": set(),
    "visitor": set(),
}
VERBS = {
    "triage",
    "assign",
    "hold",
    "resume",
    "resolve",
    "confirm",
    "reopen",
    "reject",
    "reconsider",
    "cancel",
}


@pytest.mark.parametrize("who", MAY)
def test_who_may_take_which_step(who, ticket):
    person = PEOPLE[who][0](ticket)
    ticket = Ticket.objects.get(pk=ticket.pk)

    assert {verb for verb in VERBS if person.has_perm(f"manutenzione.{verb}_ticket", ticket)} == MAY[who]


def test_a_fault_is_reported_where_one_lives(ticket):
    tenant, elsewhere = tenant_of(ticket.building), BuildingFactory()

    assert tenant.has_perm("manutenzione.report_ticket", ticket.building)
    assert not tenant.has_perm("manutenzione.report_ticket", elsewhere)
    assert operator().has_perm("manutenzione.report_ticket", elsewhere)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("manutenzione.operator", True),
        ("portal.caseworker", True),
        ("manutenzione.contractor", False),
        ("portal.auditor", False),
        ("portal.administrator", False),
        ("portal.editor", False),
    ],
)
def test_who_writes_down_what_somebody_tells_at_the_desk(role, may):
    person = UserFactory(roles=[role])

    assert person.has_perm("manutenzione.report_ticket", BuildingFactory()) is may
    assert person.has_perm("manutenzione.report_anywhere") is may


def test_the_reporter_who_has_moved_out_still_sees_the_own_report():
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)
    own, other = ticket_in(reporter=tenant, area=area), ticket_in(area=area)
    tenant.household_memberships.get().household.tenancies.update(left_on=timezone.localdate())

    assert list(Ticket.objects.visible_to(tenant)) == [own]
    assert not tenant.has_perm("manutenzione.view_ticket", other)
