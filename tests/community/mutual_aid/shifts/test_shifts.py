"""What people can do with a place in a shift, and when."""

from datetime import time, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.mutual_aid.shifts.models import Shift, ShiftPlace, SwapOffer
from community.mutual_aid.shifts.notifications import NOTIFICATIONS
from community.mutual_aid.shifts.schedules import call_out
from community.mutual_aid.shifts.words import TAKEN, PlaceState, SwapState
from community.mutual_aid.shifts.workflow import TRANSITIONS, Elsewhere, Full, NotNow
from community.mutual_aid.time_bank.models import HoursAccount
from community.safety.models import Block
from community.testing import credited, shift_in, shift_plan
from portal.events import history_of
from portal.testing.factories import UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return shift_in(3)


@pytest.fixture
def anna(shift):
    return tenant_of(shift.plan.building)


@pytest.fixture
def bruno(shift):
    return tenant_of(shift.plan.building)


def signed(shift, person):
    return shift.sign_up(shift.plan.roles.first(), by=person)


def facts(shift):
    return [event.kind.removeprefix("community.shift.") for event in history_of(shift)]


def over(shift):
    """As if it had been an hour ago."""
    now = timezone.now()
    Shift.objects.filter(pk=shift.pk).update(
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
    )


def test_a_plan_lays_out_four_weeks_and_not_twice():
    plan = shift_plan()

    assert plan.shifts.count() == 29  # today and four weeks
    assert plan.lay_out() == 0


def test_times_are_those_of_rome_in_summer_and_winter():
    plan = shift_plan()

    assert {timezone.localtime(shift.starts_at).hour for shift in plan.shifts.all()} == {9}


def test_somebody_signs_up_and_pressing_twice_is_one_place(shift, anna):
    assert signed(shift, anna) == signed(shift, anna)
    assert shift.places.count() == 1
    assert facts(shift) == ["joined"]


def test_a_shift_that_is_full_by_the_time_one_presses(shift, anna, bruno):
    signed(shift, anna)
    signed(shift, bruno)

    with pytest.raises(Full):
        signed(shift, tenant_of(shift.plan.building))


def test_nobody_is_in_two_shifts_at_once(shift, anna):
    signed(shift, anna)
    other = shift_plan(building=shift.plan.building, minutes=120).shifts.get(day=shift.day)

    with pytest.raises(Elsewhere):
        signed(other, anna)


def test_what_has_begun_or_is_off_takes_nobody(shift, anna):
    shift.call_off(by=None)
    with pytest.raises(NotNow):
        signed(shift, anna)

    begun = shift_in(2)
    over(begun)
    with pytest.raises(NotNow):
        signed(begun, tenant_of(begun.plan.building))


def test_a_place_given_up_is_free_again(shift, anna, bruno):
    place = signed(shift, anna)
    signed(shift, bruno)
    place.withdraw(by=anna)

    assert signed(shift, tenant_of(shift.plan.building)).number == place.number
    assert facts(shift)[2] == "withdrawn"


def test_giving_up_at_the_last_moment_alerts_who_could_come_at_once(anna, bruno, shift, committing):
    carla = tenant_of(shift.plan.building)
    before = shift.plan.shifts.get(day=shift.day - timedelta(days=1))
    for there, person in ((before, carla), (shift, bruno)):
        signed(there, person)
    place = signed(shift, anna)
    now = timezone.now()
    Shift.objects.filter(pk=shift.pk).update(
        starts_at=now + timedelta(hours=5), ends_at=now + timedelta(hours=6)
    )
    with committing():
        place.withdraw(by=anna)

    told = apps.get_model("portal", "Notification").objects.filter(
        event__kind="community.shift.withdrawn_late"
    )
    assert set(told.values_list("person", flat=True)) == {carla.pk, bruno.pk, shift.plan.organizer.pk}
    assert next(kind for kind in NOTIFICATIONS if kind.key == "community.shift.withdrawn_late").urgent
    call_out()
    assert "short" not in facts(shift)  # they have been asked


def test_giving_up_in_time_is_not_urgent(anna, shift):
    signed(shift, anna).withdraw(by=anna)

    assert facts(shift) == ["joined", "withdrawn"]


def test_until_somebody_steps_in_the_place_is_still_theirs(shift, anna, bruno):
    place = signed(shift, anna)
    place.seek_swap(by=anna)
    assert shift.place_of(anna) == place

    place.take_over(by=bruno)

    assert shift.place_of(anna) is None
    assert shift.place_of(bruno).state == PlaceState.SIGNED


def test_the_second_who_steps_in_hears_that_it_is_too_late(shift, anna, bruno):
    place = signed(shift, anna)
    place.seek_swap(by=anna)
    place.take_over(by=bruno)
    place.take_over(by=bruno)  # sent twice

    with pytest.raises(Full):
        place.take_over(by=tenant_of(shift.plan.building))


def test_two_swap_and_each_works_the_others_day(shift, anna, bruno):
    other = shift.plan.shifts.get(day=shift.day + timedelta(days=1))
    mine, theirs = signed(shift, anna), signed(other, bruno)
    mine.seek_swap(by=anna)

    offer = SwapOffer.offer(mine, theirs, by=bruno)
    assert SwapOffer.offer(mine, theirs, by=bruno) == offer
    offer.accept(by=anna)
    offer.accept(by=anna)

    assert (shift.place_of(bruno), other.place_of(anna)) == (mine, theirs)
    assert (shift.place_of(anna), other.place_of(bruno)) == (None, None)
    assert facts(shift).count("swapped") == facts(other).count("swapped") == 1


def test_an_offer_is_over_once_somebody_else_stepped_in(shift, anna, bruno):
    other = shift.plan.shifts.get(day=shift.day + timedelta(days=1))
    mine, theirs = signed(shift, anna), signed(other, bruno)
    mine.seek_swap(by=anna)
    offer = SwapOffer.offer(mine, theirs, by=bruno)
    mine.take_over(by=tenant_of(shift.plan.building))

    with pytest.raises(NotNow):
        offer.accept(by=anna)
    assert offer.state == SwapState.OVER


def test_nobody_swaps_into_a_shift_where_they_are_already(shift, anna, bruno):
    other = shift.plan.shifts.get(day=shift.day + timedelta(days=1))
    mine, theirs = signed(shift, anna), signed(other, bruno)
    signed(other, anna)
    mine.seek_swap(by=anna)

    with pytest.raises(NotNow):
        SwapOffer.offer(mine, theirs, by=bruno)


def swap_between(shift, anna, bruno):
    other = shift.plan.shifts.get(day=shift.day + timedelta(days=1))
    mine, theirs = signed(shift, anna), signed(other, bruno)
    mine.seek_swap(by=anna)
    return SwapOffer.offer(mine, theirs, by=bruno)


def test_a_swap_with_somebody_who_is_gone_meanwhile_is_refused(shift, anna, bruno):
    offer = swap_between(shift, anna, bruno)
    bruno.close_account(by=None)

    with pytest.raises(NotNow):
        SwapOffer.objects.get(pk=offer.pk).accept(by=anna)
    assert shift.place_of(anna) is not None


def test_who_is_blocked_meanwhile_swaps_nothing(client, shift, anna, bruno):
    offer = swap_between(shift, anna, bruno)
    Block.put_up(by=anna, against=bruno)
    client.force_login(anna)

    with pytest.raises(NotNow):
        SwapOffer.objects.get(pk=offer.pk).accept(by=anna)
    with pytest.raises(NotNow):
        SwapOffer.offer(offer.wanted, offer.given, by=bruno)
    assert "accetto" not in client.get(shift.get_absolute_url()).content.decode()


def test_a_swap_asks_for_no_room_on_anybodys_account(shift, anna, bruno):
    for _time in range(2):
        credited(bruno, minutes=600)
    offer = swap_between(shift, anna, bruno)

    offer.accept(by=anna)

    assert shift.place_of(bruno) is not None


def test_who_was_there_is_said_afterwards_and_can_be_corrected(shift, anna):
    place = signed(shift, anna)
    with pytest.raises(NotNow):
        place.attend(by=shift.plan.organizer)
    over(shift)

    place.attend(by=shift.plan.organizer)
    place.miss(by=shift.plan.organizer)
    place.attend(by=shift.plan.organizer)

    assert place.state == PlaceState.ATTENDED
    with pytest.raises(NotNow):
        place.withdraw(by=anna)


def hours_of(person):
    return HoursAccount.of(person).balance


def test_who_was_there_has_the_hours_and_who_was_not_has_them_no_more(shift, anna, bruno):
    places = [signed(shift, person) for person in (anna, bruno)]
    over(shift)
    for place in places:
        place.attend(by=shift.plan.organizer)
    places[1].miss(by=shift.plan.organizer)
    assert (hours_of(anna), hours_of(bruno)) == (60, 0)

    places[1].attend(by=shift.plan.organizer)
    assert hours_of(bruno) == 60


def test_the_hours_of_a_full_account_go_to_the_common_pot(shift, anna):
    credited(anna, minutes=600)
    credited(anna, minutes=600)
    place = signed(shift, anna)
    over(shift)

    place.attend(by=shift.plan.organizer)

    assert (hours_of(anna), HoursAccount.pot().balance) == (1200, 60)


def test_nobody_gives_hours_to_themselves(shift):
    """Who runs a shift notes their own presence; the hours come when somebody else says so."""
    organizer, caseworker = shift.plan.organizer, UserFactory(roles=["portal.caseworker"])
    place = signed(shift, organizer)
    over(shift)

    for _time in range(2):
        place.attend(by=organizer)
    assert (place.waits_for_a_witness, hours_of(organizer)) == (True, 0)
    assert shift in Shift.objects.to_note(caseworker)
    assert shift not in Shift.objects.to_note(organizer)

    for _time in range(2):
        place.attend(by=caseworker)
    assert (place.waits_for_a_witness, hours_of(organizer)) == (False, 60)

    place.miss(by=caseworker)
    place.attend(by=organizer)
    assert hours_of(organizer) == 0


def test_all_who_were_there_are_noted_at_once_and_once(shift, anna, bruno):
    for person in (anna, bruno):
        signed(shift, person)
    over(shift)
    for _time in range(2):
        shift.all_were_there(by=shift.plan.organizer)

    assert (hours_of(anna), hours_of(bruno)) == (60, 60)
    assert facts(shift).count("attended") == 2


def test_a_shift_that_does_not_count_brings_no_hours():
    shift = shift_in(3, credits_hours=False)
    anna = tenant_of(shift.plan.building)
    place = signed(shift, anna)
    over(shift)

    place.attend(by=shift.plan.organizer)

    assert hours_of(anna) == 0


def test_what_is_short_is_called_out_once(anna, shift):
    soon = shift_in(1)
    far = shift_in(20)

    call_out()
    call_out()

    assert facts(soon) == ["short"]
    assert facts(far) == []


def test_what_was_filled_and_is_short_again_is_called_out_again():
    with time_machine.travel(timezone.localtime().replace(hour=8, minute=0)):
        soon = shift_in(2, tasks=(("opens", 1),), starts_at=time(7))
        call_out()
        anna = tenant_of(soon.plan.building)
        place = signed(soon, anna)
        call_out()
        assert facts(soon).count("short") == 1
        place.withdraw(by=anna)
        for _time in range(2):
            call_out()
        assert facts(soon).count("short") == 2


def test_a_full_shift_is_not_called_out():
    soon = shift_in(1, tasks=(("opens", 1),))
    signed(soon, tenant_of(soon.plan.building))

    call_out()

    assert "short" not in facts(soon)


def test_a_plan_that_changes_moves_who_has_a_place_and_takes_away_empty_days(shift, anna):
    plan = shift.plan
    signed(shift, anna)
    another_day = 1 << ((shift.day.weekday() + 1) % 7)
    plan.change(by=plan.organizer, weekdays=another_day, starts_at=plan.starts_at.replace(hour=11))

    shift.refresh_from_db()
    assert timezone.localtime(shift.starts_at).hour == 11
    assert facts(shift) == ["joined", "moved"]
    days = set(plan.shifts.coming().exclude(pk=shift.pk).values_list("day", flat=True))
    assert {day.weekday() for day in days} == {(shift.day.weekday() + 1) % 7}


def test_a_plan_that_begins_later_takes_away_the_empty_days_before(shift, anna):
    plan = shift.plan
    signed(shift, anna)
    later = shift.day + timedelta(days=4)
    plan.change(by=plan.organizer, first_day=later)

    days = set(plan.shifts.coming().values_list("day", flat=True))
    assert {day for day in days if day < later} == {shift.day}


def test_a_plan_that_was_ended_before_it_began_never_begins():
    for days in (3, 60):
        plan = shift_plan(first_day=timezone.localdate() + timedelta(days=days))
        plan.end(by=plan.organizer)
        plan.lay_out()
        with time_machine.travel(timezone.now() + timedelta(days=days - 1)):
            plan.lay_out()
        assert not plan.shifts.filter(cancelled_at=None).exists()


def test_a_shift_of_today_is_not_moved_to_where_nobody_was(anna):
    with time_machine.travel(timezone.localtime().replace(hour=12, minute=0)):
        shift = shift_in(0, starts_at=time(18))
        shift.plan.change(by=shift.plan.organizer, starts_at=time(9))
        shift.refresh_from_db()
        assert timezone.localtime(shift.starts_at).hour == 18
        tomorrow = shift.plan.shifts.get(day=shift.day + timedelta(days=1))
        assert timezone.localtime(tomorrow.starts_at).hour == 9


def test_an_ended_plan_tells_those_who_had_a_place_later_on(shift, anna):
    signed(shift, anna)
    shift.plan.end(by=shift.plan.organizer)

    shift.refresh_from_db()
    assert shift.is_off
    assert shift.plan.lay_out() == 0


@pytest.mark.parametrize("state", PlaceState)
@pytest.mark.parametrize("verb", ["seek_swap", "keep", "withdraw", "attend", "miss"])
def test_the_table_is_all_that_can_happen(state, verb):
    shift = shift_in(3, credits_hours=False)
    anna = tenant_of(shift.plan.building)
    place = signed(shift, anna)
    ShiftPlace.objects.filter(pk=place.pk).update(state=state)
    if verb in ("attend", "miss"):
        over(shift)

    if (state, verb) in TRANSITIONS:
        getattr(place, verb)(by=anna)
        assert place.state == TRANSITIONS[state, verb]
    else:
        with pytest.raises(NotNow):
            getattr(place, verb)(by=anna)


def test_the_database_gives_no_place_twice(shift, anna, bruno):
    place = signed(shift, anna)
    for wrong in ({"number": place.number, "person": bruno}, {"number": 2, "person": anna}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ShiftPlace.objects.create(shift=shift, role=place.role, **wrong)
    assert set(shift.places.values_list("state", flat=True)) <= set(TAKEN)


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"minutes": 45}, {"weekdays": 0}, {"weekdays": 128}])
def test_the_database_refuses_a_plan_that_cannot_be(shift, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(shift.plan).objects.filter(pk=shift.plan.pk).update(**wrong)
