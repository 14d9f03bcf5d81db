"""People who act at the same moment, on a database whose commits are real."""

import uuid
from datetime import timedelta

from django.utils import timezone

from manutenzione.testing import contractor, operator, ticket_in
from manutenzione.tickets.models import Ticket
from manutenzione.tickets.schedules import close_unanswered
from manutenzione.tickets.words import State
from manutenzione.tickets.workflow import CONFIRM_WITHIN, Overtaken
from portal.testing.factories import BuildingFactory, CommonAreaFactory, tenant_of

HOUR = timedelta(hours=1)


def _assign(number, person, *, by, seen):
    return Ticket.objects.get(number=number).assign(person, by=by, seen=seen)


def test_of_two_operators_at_once_one_is_told_that_the_other_was_quicker(races):
    building = BuildingFactory()
    area, tenant = CommonAreaFactory(building=building), tenant_of(building)
    anna, bruno, electrician, plumber = operator(), operator(), contractor(), contractor()

    for _round in range(races.rounds):
        ticket = ticket_in(State.TRIAGED, area=area, reporter=tenant)
        number, seen = ticket.number, ticket.version
        outcomes = races.together(
            lambda n=number, v=seen: _assign(n, electrician, by=anna, seen=v),
            lambda n=number, v=seen: _assign(n, plumber, by=bruno, seen=v),
        )
        assert sum(isinstance(outcome, Overtaken) for outcome in outcomes) == 1, outcomes
        assert ticket.changes.filter(verb="assign").count() == 1


def test_a_step_that_a_phone_sends_twice_at_once_is_taken_once(races):
    building = BuildingFactory()
    area, tenant, anna = CommonAreaFactory(building=building), tenant_of(building), operator()

    def hold(number, seen):
        return Ticket.objects.get(number=number).hold(by=anna, note="Manca il pezzo", seen=seen).pk

    for _round in range(races.rounds):
        ticket = ticket_in(State.TRIAGED, area=area, reporter=tenant)
        outcomes = races.together(*[lambda n=ticket.number, v=ticket.version: hold(n, v)] * 2)
        assert outcomes[0] == outcomes[1], outcomes
        assert ticket.changes.filter(verb="hold").count() == 1


def test_who_opens_it_again_at_the_last_moment_is_heard(races):
    """Whichever comes first, the portal's closing or the reporter's word: in the end it is open."""
    building = BuildingFactory()
    area, tenant = CommonAreaFactory(building=building), tenant_of(building)

    for _round in range(races.rounds // 2):
        ticket = ticket_in(State.RESOLVED, area=area, reporter=tenant)
        Ticket.objects.filter(pk=ticket.pk).update(state_since=timezone.now() - CONFIRM_WITHIN - HOUR)
        outcomes = races.together(
            close_unanswered,
            lambda pk=ticket.pk: Ticket.objects.get(pk=pk).reopen(by=tenant, note="È ancora spenta"),
        )
        assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
        assert Ticket.objects.get(pk=ticket.pk).state == State.TRIAGED


def test_a_phone_that_sends_twice_at_once_reports_once(races):
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)

    def report(client_id):
        words = f"È fermo: {client_id}"
        return Ticket.report(
            by=tenant, client_id=client_id, area=area, category="lift", urgency="P1", text=words
        ).number

    for _round in range(races.rounds):
        client_id = uuid.uuid4()
        outcomes = races.together(*[lambda c=client_id: report(c)] * 3)
        assert len(set(outcomes)) == 1, outcomes
        assert Ticket.objects.filter(client_id=client_id).count() == 1


def test_the_same_words_from_two_pages_at_once_are_one_report(races):
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)

    def report(words):
        return Ticket.report(
            by=tenant, client_id=uuid.uuid4(), area=area, category="lift", urgency="P1", text=words
        ).number

    for round_ in range(races.rounds):
        outcomes = races.together(*[lambda w=f"È fermo: {round_}": report(w)] * 3)
        assert len(set(outcomes)) == 1, outcomes
    assert Ticket.objects.count() == races.rounds


def test_neighbours_who_report_at_once_get_numbers_without_gaps(races):
    area = CommonAreaFactory()
    tenants = [tenant_of(area.building) for _ in range(4)]

    def report(tenant, words):
        return Ticket.report(
            by=tenant, client_id=uuid.uuid4(), area=area, category="lift", urgency="P1", text=words
        ).number

    for round_ in range(races.rounds // 5):
        words = f"È fermo da {round_} giorni."
        numbers = races.together(*[lambda t=tenant, w=words: report(t, w) for tenant in tenants])
        assert sorted(numbers) == list(range(4 * round_ + 1, 4 * round_ + 5))
