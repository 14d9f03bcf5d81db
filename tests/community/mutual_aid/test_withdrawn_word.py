"""A parent who does not let their child take part any more: all that was still to come ends, in every room."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community.mutual_aid.gatherings.words import AnswerState
from community.mutual_aid.shifts.models import ShiftPlace
from community.mutual_aid.shifts.words import PlaceState
from community.mutual_aid.things.reservations import WaitingPlace
from community.mutual_aid.things.words import LoanState, ThingState
from community.mutual_aid.time_bank.pot import PotRequest
from community.mutual_aid.time_bank.words import Asked
from community.safety.models import ParentalApproval
from community.testing import anew, gathering_in, loan_of, minor_of, shift_in, shift_plan, thing_of
from portal.privacy.erasing import erase
from portal.testing.factories import BuildingFactory, adult_of, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother():
    return tenant_of(BuildingFactory())


@pytest.fixture
def child(mother):
    minor = minor_of(mother)
    ParentalApproval.give(minor, by=mother)
    return anew(minor)


@pytest.fixture
def house(mother):
    return apps.get_model("portal", "Building").objects.home_of(mother).get()


@pytest.fixture
def word_withdrawn(child, mother, committing):
    def withdraw():
        with committing():
            ParentalApproval.withdraw(child, by=mother)

    return withdraw


def told(person) -> list[str]:
    notifications = apps.get_model("portal", "Notification").objects.filter(person=person, channel="inbox")
    return [kind.removeprefix("community.") for kind in notifications.values_list("event__kind", flat=True)]


def test_a_place_in_a_shift_is_free_again_and_whoever_runs_it_hears(child, house, word_withdrawn):
    later, begun = shift_in(3, building=house), shift_in(2, building=house)
    places = [shift.sign_up(shift.plan.roles.get(), by=child) for shift in (later, begun)]
    type(begun).objects.filter(pk=begun.pk).update(starts_at=timezone.now() - timedelta(minutes=5))

    word_withdrawn()

    states = [ShiftPlace.objects.get(pk=place.pk).state for place in places]
    assert states == [PlaceState.WITHDRAWN, PlaceState.SIGNED], "what has begun is as it was"
    assert told(later.plan.organizer) == ["shift.withdrawn"]


def test_a_seat_at_an_event_goes_to_who_waits(child, house, word_withdrawn):
    supper = gathering_in(building=house, seats=1, items=[("bread", 2)])
    waiting = tenant_of(house)
    answer = supper.answer(by=child)
    supper.items.get().bring(1, by=child)
    next_one = supper.answer(by=waiting)

    word_withdrawn()

    answer.refresh_from_db()
    next_one.refresh_from_db()
    assert (answer.state, next_one.state) == (AnswerState.WITHDRAWN, AnswerState.COMING)
    assert not supper.items.get().contributions.exists()
    assert told(waiting) == ["gathering.promoted"]


def test_what_they_invite_to_is_off_and_they_run_nothing_more(child, house, word_withdrawn):
    supper, past = (gathering_in(days, building=house, organizer=child) for days in (5, -1))
    plan = shift_plan(building=house, organizer=child)
    guest = tenant_of(house)
    supper.answer(by=guest)
    assert child.has_perm("community.run_gathering", past)

    word_withdrawn()

    supper.refresh_from_db()
    assert supper.is_off
    assert told(guest) == ["gathering.called_off"]
    minor = anew(child)
    assert not minor.has_perm("community.run_gathering", past)
    assert not minor.has_perm("community.run_shifts", plan)
    assert not type(past).objects.run_by(minor).exists()
    assert not type(plan).objects.run_by(minor).exists()
    # Nor do they hear what is said about it.
    assert not minor.has_perm("community.discuss_gathering", past)
    assert past.discussed_among([minor]) == []
    assert plan.shifts.first().discussed_among([minor]) == []


def test_what_they_ask_of_the_pot_is_taken_back(child, house, word_withdrawn):
    asked = PotRequest.ask(by=child, minutes=60, client_id=uuid4(), municipality_id=house.municipality_id)

    word_withdrawn()

    asked.refresh_from_db()
    assert asked.state == Asked.WITHDRAWN


def test_what_is_reserved_goes_to_who_waits_and_what_is_out_comes_back(
    child, mother, house, word_withdrawn, committing
):
    keeper, waiting = tenant_of(house), tenant_of(house)
    drill, ladder = thing_of(keeper), thing_of(keeper, name="Scala")
    reserved = loan_of(drill, child, state=LoanState.RESERVED)
    out = loan_of(ladder, child, state=LoanState.PICKED_UP)
    place = WaitingPlace.objects.create(thing=drill, person=waiting)
    WaitingPlace.objects.create(thing=ladder, person=child)
    own = thing_of(child, building=house, name="Pallone")

    word_withdrawn()

    for row in (reserved, out, place, own):
        row.refresh_from_db()
    assert (reserved.state, out.state) == (LoanState.CANCELLED, LoanState.PICKED_UP)
    assert place.offer_until is not None
    assert "reservation.cancelled" in told(keeper)
    assert not WaitingPlace.objects.filter(person=child).exists()
    assert own.state == ThingState.PAUSED
    with pytest.raises(PermissionDenied):
        own.resume(by=anew(child))
    with pytest.raises(PermissionDenied):
        out.renew(until=out.last_day + timedelta(days=1), by=anew(child))
    with committing():
        out.give_back(by=anew(child))
    assert out.state == LoanState.RETURNED

    ParentalApproval.give(child, by=mother)
    own.resume(by=anew(child))


def test_a_word_that_is_given_again_at_once_ends_nothing(child, mother, house, committing):
    shift = shift_in(3, building=house)
    place = shift.sign_up(shift.plan.roles.get(), by=child)

    with committing():
        ParentalApproval.withdraw(child, by=mother)
        ParentalApproval.give(child, by=mother)

    place.refresh_from_db()
    assert place.state == PlaceState.SIGNED


@pytest.mark.parametrize("how", ["leaves", "is erased"])
def test_a_parent_who_is_gone_lets_nobody_take_part(child, mother, house, committing, how):
    """Another adult can give their word; what ended with the first one's does not come back with it."""
    household = mother.household_memberships.get().household
    father = adult_of(household)
    supper = gathering_in(5, building=house, organizer=child)

    with committing():
        household.remove(mother, by=None) if how == "leaves" else erase(mother)

    supper.refresh_from_db()
    assert supper.is_off
    assert sorted(told(child)) == ["approval.given", "approval.withdrawn"]
    with committing():
        ParentalApproval.give(child, by=father)
        if how == "leaves":
            household.add(mother, by=None)
    assert ParentalApproval.objects.in_force().get().given_by == father


def test_a_parent_who_leaves_takes_nobody_elses_word_along(child, mother, house, committing):
    household = mother.household_memberships.get().household
    father = adult_of(household)
    supper = gathering_in(5, building=house, organizer=child)

    with committing():
        household.remove(father, by=None)

    supper.refresh_from_db()
    assert not supper.is_off
    assert ParentalApproval.objects.in_force().get().given_by == mother


def test_places_are_given_up_in_the_order_in_which_shifts_are_locked(
    child, house, word_withdrawn, monkeypatch
):
    """Otherwise it and a swap at the same moment wait for each other."""
    later, sooner = shift_in(3, building=house), shift_in(2, building=house)
    for shift in (later, sooner):
        shift.sign_up(shift.plan.roles.get(), by=child)
    given_up = []
    monkeypatch.setattr(ShiftPlace, "withdraw", lambda place, *, by: given_up.append(place.shift_id))

    word_withdrawn()

    assert len(given_up) == 2
    assert given_up == sorted(given_up)
