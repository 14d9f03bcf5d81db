"""People who press at the same moment, on a database whose commits are real."""

import uuid

from community.mutual_aid.things.reservations import Reservation, ReservedDay, Taken
from community.testing import loan_of, thing_of
from portal.testing.factories import BuildingFactory, tenant_of

from .test_reserving import day

AT_ONCE = 8


def _reserve(thing, by, client_id=None):
    return Reservation.make(
        by=by, thing=thing, client_id=client_id or uuid.uuid4(), first_day=day(1), last_day=day(2)
    ).pk


def test_of_eight_who_want_the_same_days_one_gets_them(races):
    building = BuildingFactory()
    keeper, people = tenant_of(building), [tenant_of(building) for _number in range(AT_ONCE)]

    for _round in range(races.rounds // 5 or 1):
        drill = thing_of(keeper)
        outcomes = races.together(*[lambda p=person, d=drill: _reserve(d, p) for person in people])
        got = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
        assert len(got) == 1, outcomes
        assert all(isinstance(outcome, Taken) for outcome in outcomes if outcome not in got), outcomes
        assert drill.reserved_days.count() == 2
        Reservation.objects.all().delete()


def test_a_phone_that_sends_twice_at_once_reserves_once(races):
    building = BuildingFactory()
    keeper, borrower = tenant_of(building), tenant_of(building)

    for _round in range(races.rounds // 5 or 1):
        drill, number = thing_of(keeper), uuid.uuid4()
        outcomes = races.together(*[lambda d=drill, n=number: _reserve(d, borrower, n)] * 4)
        assert len(set(outcomes)) == 1, outcomes
        Reservation.objects.all().delete()


def test_of_two_renewals_into_the_same_day_and_a_reservation_one_holds(races):
    building = BuildingFactory()
    keeper, borrower, neighbour = (tenant_of(building) for _number in range(3))

    for _round in range(races.rounds // 5 or 1):
        drill = thing_of(keeper)
        loan = loan_of(drill, borrower, first=0, last=0)
        loan.pick_up(by=borrower)
        outcomes = races.together(
            lambda pk=loan.pk: Reservation.objects.get(pk=pk).renew(until=day(1), by=borrower),
            lambda d=drill: _reserve(d, neighbour),
        )
        assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 1, outcomes
        assert ReservedDay.objects.filter(thing=drill, day=day(1)).count() == 1
        Reservation.objects.all().delete()
