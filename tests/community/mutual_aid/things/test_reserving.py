"""Taking days: what is free, what is not, and that nobody has a day twice."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.keys import ClientIdTaken
from community.mutual_aid.things.reservations import (
    DAYS_AHEAD,
    OPEN_AT_ONCE,
    NotBookable,
    Reservation,
    ReservedDay,
    Taken,
    free_runs,
)
from community.mutual_aid.things.words import LoanState
from community.safety.models import Block, ParentalApproval
from community.testing import loan_of, minor_of, thing_of
from portal.testing.factories import BuildingFactory, tenant_of

pytestmark = pytest.mark.django_db


def day(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def reserve(thing, by, first=0, last=1, **told):
    told = {"client_id": uuid.uuid4(), "first_day": day(first), "last_day": day(last), **told}
    return Reservation.make(by=by, thing=thing, **told)


def test_a_neighbour_reserves_two_days(drill, borrower):
    loan = reserve(drill, borrower)

    assert (loan.state, loan.days) == (LoanState.RESERVED, 2)
    assert list(drill.reserved_days.values_list("day", flat=True)) == [day(0), day(1)]


def test_what_needs_a_yes_is_asked_for_and_its_days_are_kept(keeper, borrower, neighbour):
    drill = thing_of(keeper, needs_yes=True)
    loan = reserve(drill, borrower)
    assert loan.state == LoanState.REQUESTED
    with pytest.raises(Taken):
        reserve(drill, neighbour)

    loan.decline(by=keeper, note="Mi serve")

    assert loan.state == LoanState.DECLINED
    assert reserve(drill, neighbour).state == LoanState.REQUESTED


@pytest.mark.parametrize(("first", "last"), [(0, 0), (1, 1), (-1, 0), (1, 3), (0, 3)])
def test_days_that_overlap_are_taken(drill, borrower, neighbour, first, last):
    reserve(drill, borrower, 0, 1)
    with pytest.raises(NotBookable) as refused:
        reserve(drill, neighbour, first, last)
    assert refused.value.code == ("past" if first < 0 else "taken")
    assert Reservation.objects.count() == 1
    assert ReservedDay.objects.count() == 2


def test_next_to_each_other_is_no_overlap(drill, borrower, neighbour):
    reserve(drill, borrower, 0, 1)
    assert reserve(drill, neighbour, 2, 3)


def test_the_database_itself_refuses_a_day_twice(drill, borrower, neighbour):
    reserve(drill, borrower, 0, 1)
    other = loan_of(drill, neighbour, first=4, last=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReservedDay.objects.create(thing=drill, day=day(1), reservation=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReservedDay.objects.create(thing=drill, day=day(20))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.filter(pk=other.pk).update(last_day=day(1))


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (3, 2, "reversed"),
        (-1, 1, "past"),
        (0, 7, "too_long"),
        (0, 10**6, "too_long"),
        (DAYS_AHEAD, DAYS_AHEAD + 1, "too_far"),
        (DAYS_AHEAD + 1, DAYS_AHEAD + 1, "too_far"),
    ],
)
def test_days_that_make_no_sense_are_refused(drill, borrower, first, last, code):
    with pytest.raises(NotBookable) as refused:
        reserve(drill, borrower, first, last)
    assert refused.value.code == code
    assert not Reservation.objects.exists()


def test_as_long_and_as_far_as_one_may(drill, borrower):
    assert reserve(drill, borrower, DAYS_AHEAD - 6, DAYS_AHEAD).days == drill.longest_loan


def test_nobody_has_more_than_a_handful_at_once(keeper, borrower):
    for _number in range(OPEN_AT_ONCE):
        reserve(thing_of(keeper), borrower)
    with pytest.raises(NotBookable, match="too_many"):
        reserve(thing_of(keeper), borrower)


def test_sent_twice_it_is_one_reservation(drill, borrower):
    number = uuid.uuid4()
    assert reserve(drill, borrower, client_id=number) == reserve(drill, borrower, client_id=number)
    assert Reservation.objects.count() == 1


def test_a_forged_number_of_a_form_is_refused(drill, borrower, neighbour, keeper):
    loan = reserve(drill, borrower)
    with pytest.raises(ClientIdTaken):
        reserve(drill, neighbour, 4, 5, client_id=loan.client_id)
    with pytest.raises(ClientIdTaken):
        reserve(thing_of(keeper), borrower, client_id=loan.client_id)


def test_who_may_not_borrow(drill, keeper, borrower, neighbour):
    for person in (tenant_of(BuildingFactory()), minor_of(borrower)):
        with pytest.raises(PermissionDenied):
            reserve(drill, person)
    Block.put_up(by=keeper, against=neighbour)
    with pytest.raises(PermissionDenied):
        reserve(drill, neighbour)


def test_a_minor_borrows_with_a_parents_word(drill, borrower):
    son = minor_of(borrower)
    ParentalApproval.give(son, by=borrower)
    assert reserve(drill, son)


@pytest.mark.parametrize("verb", ["pause", "damage", "lose"])
def test_what_is_not_lent_is_not_reserved(drill, keeper, borrower, verb):
    getattr(drill, verb)(by=keeper)
    with pytest.raises(NotBookable, match="not_lent"):
        reserve(drill, borrower)


def test_what_has_not_come_back_is_not_free_today(drill, borrower, neighbour):
    loan_of(drill, borrower, first=-5, last=-1, state=LoanState.PICKED_UP)
    with pytest.raises(Taken):
        reserve(drill, neighbour, 0, 1)
    assert reserve(drill, neighbour, 1, 2)


def test_the_next_free_days_are_known(drill, borrower):
    reserve(drill, borrower, 1, 2)
    runs = free_runs(drill, 2)
    assert [run[0] for run in runs[:3]] == [day(0), day(3), day(5)]
    assert [len(run) for run in runs[:3]] == [1, 2, 2]


def test_ones_own_days_are_nobody_elses_doing(drill, borrower):
    reserve(drill, borrower, 2, 3)
    with pytest.raises(NotBookable, match="mine"):
        reserve(drill, borrower, 3, 4)
    out = loan_of(drill, borrower, first=-3, last=-1, state=LoanState.PICKED_UP)
    with pytest.raises(NotBookable, match="mine"):
        reserve(drill, borrower, 0, 0)
    with pytest.raises(NotBookable, match="mine"):
        out.renew(until=day(2), by=borrower)
    out.renew(until=day(1), by=borrower)
    assert out.last_day == day(1)
