"""Who press at the same moment, on a database whose commits are real."""

from datetime import time, timedelta

from django.utils import timezone

from community.mutual_aid.shifts.models import Shift, ShiftPlace, ShiftPlan, SwapOffer
from community.mutual_aid.shifts.workflow import Full, NotNow, TooFew
from community.mutual_aid.time_bank.models import HoursAccount
from community.testing import shift_plan
from portal.testing.factories import BuildingFactory, tenant_of


def test_the_last_place_goes_to_one_of_four(races):
    building = BuildingFactory()
    people = [tenant_of(building) for _ in range(4)]
    plan = shift_plan(building=building, tasks=(("opens", 1),))
    role = plan.roles.get()

    for shift in plan.shifts.coming()[: races.rounds]:
        outcomes = races.together(
            *[lambda p=p, pk=shift.pk: Shift.objects.get(pk=pk).sign_up(role, by=p) for p in people]
        )
        assert sum(isinstance(outcome, ShiftPlace) for outcome in outcomes) == 1, outcomes
        assert sum(isinstance(outcome, Full) for outcome in outcomes) == 3, outcomes
        assert shift.places.count() == 1


def test_a_phone_that_signs_up_twice_at_once_has_one_place(races):
    building = BuildingFactory()
    plan, tenant = shift_plan(building=building), tenant_of(building)
    role = plan.roles.get()

    for shift in plan.shifts.coming()[: races.rounds]:
        outcomes = races.together(
            *[lambda pk=shift.pk: Shift.objects.get(pk=pk).sign_up(role, by=tenant)] * 2
        )
        assert outcomes[0] == outcomes[1], outcomes


def test_one_person_on_two_phones_is_in_one_of_two_shifts_at_that_time(races):
    building = BuildingFactory()
    anna = tenant_of(building)
    plans = [shift_plan(building=building) for _ in range(2)]
    roles = [plan.roles.get() for plan in plans]

    for one in plans[0].shifts.coming()[: min(races.rounds, 12)]:
        other = plans[1].shifts.get(day=one.day)
        outcomes = races.together(
            *[
                lambda pk=shift.pk, role=role: Shift.objects.get(pk=pk).sign_up(role, by=anna)
                for shift, role in zip((one, other), roles, strict=True)
            ]
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Elsewhere", "ShiftPlace"], outcomes


def test_a_plan_that_becomes_smaller_while_somebody_signs_up(races):
    """Nobody waits for ever, and nobody holds a place that there is no more."""
    building = BuildingFactory()
    for _round in range(min(races.rounds, 12)):
        plan = shift_plan(building=building, tasks=(("helps", 2),))
        role, shift = plan.roles.get(), plan.shifts.coming().last()
        shift.sign_up(role, by=tenant_of(building))
        anna = tenant_of(building)
        outcomes = races.together(
            lambda pk=plan.pk: ShiftPlan.objects.get(pk=pk).change(by=None, tasks=[("assists", 1)]),
            lambda pk=shift.pk, role=role, anna=anna: Shift.objects.get(pk=pk).sign_up(role, by=anna),
        )
        assert isinstance(outcomes[0], TooFew | None), outcomes
        assert isinstance(outcomes[1], Full | ShiftPlace), outcomes
        role.refresh_from_db()
        assert role.taken() <= role.places


def test_two_who_accept_crosswise_and_at_once_swap_once(races):
    building = BuildingFactory()
    plan = shift_plan(building=building)
    role = plan.roles.get()
    anna, bruno = (tenant_of(building) for _ in range(2))
    days = list(plan.shifts.coming().order_by("day"))[:16]
    for one, other in zip(days[::2], days[1::2], strict=False):
        mine, theirs = one.sign_up(role, by=anna), other.sign_up(role, by=bruno)
        mine.seek_swap(by=anna)
        offer = SwapOffer.offer(mine, theirs, by=bruno)
        outcomes = races.together(
            lambda pk=offer.pk: SwapOffer.objects.get(pk=pk).accept(by=anna),
            lambda pk=offer.pk: SwapOffer.objects.get(pk=pk).accept(by=anna),
            lambda pk=theirs.pk: ShiftPlace.objects.get(pk=pk).withdraw(by=bruno),
        )
        assert all(isinstance(outcome, NotNow | None) for outcome in outcomes), outcomes
        held = {place.person_id for place in one.places.held()} | {p.person_id for p in other.places.held()}
        assert anna.pk in held, "whoever withdraws gives up their own place, never the one swapped for it"


def test_stepping_in_and_swapping_at_once_never_doubles_a_place(races):
    """Crosswise: both lock two shifts, and neither waits for ever."""
    building = BuildingFactory()
    plan = shift_plan(building=building)
    role = plan.roles.get()
    anna, bruno, carla = (tenant_of(building) for _ in range(3))
    first = plan.shifts.coming().first().day

    for number in range(min(races.rounds, 12)):
        one = plan.shifts.get(day=first + timedelta(days=2 * number))
        other = plan.shifts.get(day=first + timedelta(days=2 * number + 1))
        mine, theirs = one.sign_up(role, by=anna), other.sign_up(role, by=bruno)
        mine.seek_swap(by=anna)
        theirs.seek_swap(by=bruno)
        offers = SwapOffer.offer(mine, theirs, by=bruno), SwapOffer.offer(theirs, mine, by=anna)
        outcomes = races.together(
            lambda o=offers[0]: SwapOffer.objects.get(pk=o.pk).accept(by=anna),
            lambda o=offers[1]: SwapOffer.objects.get(pk=o.pk).accept(by=bruno),
            lambda p=mine: ShiftPlace.objects.get(pk=p.pk).take_over(by=carla),
        )
        assert all(isinstance(outcome, NotNow | Full | None) for outcome in outcomes), outcomes
        assert outcomes.count(None) >= 1
        assert one.places.taken().count() == other.places.taken().count() == 1


def test_a_plan_that_is_changed_while_it_is_ended_stays_ended(races):
    """The form was filled in before the end, and arrives at the same moment; neither waits for ever."""
    building = BuildingFactory()
    for number in range(min(races.rounds, 12)):
        plan = shift_plan(building=building)
        seen = plan.version
        outcomes = races.together(
            lambda pk=plan.pk: ShiftPlan.objects.get(pk=pk).end(by=None),
            lambda pk=plan.pk, seen=seen, name=f"Altra {number}": ShiftPlan.objects.get(pk=pk).change(
                by=None, seen=seen, name=name, starts_at=time(11), last_day=None
            ),
            lambda pk=plan.pk: ShiftPlan.objects.get(pk=pk).lay_out(),
        )
        assert outcomes[0] is None, outcomes
        assert isinstance(outcomes[1], NotNow | None), outcomes
        assert outcomes[2] == 0, outcomes
        plan.refresh_from_db()
        assert plan.is_over() or plan.last_day == timezone.localdate()
        assert not plan.shifts.filter(day__gt=plan.last_day, cancelled_at=None).exists()


def test_who_is_noted_twice_at_once_gets_the_hours_once(races):
    """Two who run it add the same person, and the person says so as well."""
    building = BuildingFactory()
    for _round in range(min(races.rounds, 10)):
        shift, anna = shift_plan(building=building).shifts.first(), tenant_of(building)
        end = timezone.now() - timedelta(hours=1)
        Shift.objects.filter(pk=shift.pk).update(starts_at=end - timedelta(hours=1), ends_at=end)
        runner = shift.plan.organizer
        outcomes = races.together(
            *[
                lambda pk=shift.pk, by=by, anna=anna: Shift.objects.get(pk=pk).turn_up(anna, by=by)
                for by in (runner, runner, anna)
            ]
        )
        assert outcomes == [None] * 3
        place = shift.places.get()
        if not place.is_vouched:  # their own word came first
            place.attend(by=runner)
        assert HoursAccount.of(anna).balance == 60
