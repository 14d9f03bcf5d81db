"""Who hears of what, and that no title says who has a thing."""

import pytest

from community.mutual_aid.things import schedules
from community.mutual_aid.things.reservations import WaitingPlace
from community.mutual_aid.things.words import LoanState
from community.safety.models import Block
from community.testing import coordinator_of, loan_of, thing_of
from portal.events.models import Event
from portal.extensions import NotificationKind, find

from .test_reserving import reserve

pytestmark = pytest.mark.django_db


def told(fact: str) -> tuple[set, str]:
    """Whom the newest fact of that kind is told to, in which words."""
    kind = find(NotificationKind, f"community.{fact}")
    event = Event.objects.filter(kind=kind.key).latest("pk")
    return set(kind.recipients(event)), kind.title(event)


def test_the_keeper_hears_what_becomes_of_it(drill, keeper, borrower):
    loan = reserve(drill, borrower)
    assert told("reservation.reserved")[0] == {keeper}
    loan.pick_up(by=borrower)
    loan.give_back(by=borrower, damage="some")
    for fact in ("reservation.picked_up", "reservation.returned", "thing.damaged"):
        people, title = told(fact)
        assert people == {keeper}
        assert borrower.display_name not in title
        assert drill.name in title


def test_whoever_asked_hears_yes_or_no(keeper, borrower):
    loan = reserve(thing_of(keeper, needs_yes=True), borrower)
    assert told("reservation.requested")[0] == {keeper}
    loan.accept(by=keeper)
    assert told("reservation.accepted")[0] == {borrower}
    loan.cancel(by=keeper)
    assert told("reservation.cancelled")[0] == {borrower}


def test_what_is_late_is_told_to_both(drill, keeper, borrower):
    loan_of(drill, borrower, first=-4, last=-1, state=LoanState.PICKED_UP)
    schedules.remind()
    people, title = told("reservation.overdue")
    assert people == {keeper, borrower}
    assert borrower.display_name not in title


def test_what_is_missing_is_told_to_the_coordinators_of_the_area(drill, keeper, borrower):
    coordinator = coordinator_of(drill.municipality)
    loan = reserve(drill, borrower)
    loan.pick_up(by=borrower)
    loan.lose(by=borrower)
    assert told("thing.missing")[0] == {keeper, coordinator}


def test_whoever_waits_hears_unless_they_may_not_see_it_any_more(drill, keeper, borrower, neighbour):
    loan = reserve(drill, borrower)
    WaitingPlace.join(by=neighbour, thing=drill)
    loan.cancel(by=borrower)
    assert told("waitingplace.offered")[0] == {neighbour}
    Block.put_up(by=keeper, against=neighbour)
    assert told("waitingplace.offered")[0] == set()
