"""From the hand-over to the next who waits."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from community.mutual_aid.things import schedules
from community.mutual_aid.things.models import Thing
from community.mutual_aid.things.privacy import erase_keeping, erase_things
from community.mutual_aid.things.reservations import NotBookable, Taken, WaitingPlace
from community.mutual_aid.things.words import Damage, LoanState, ThingState
from community.mutual_aid.things.workflow import NotPossible
from community.safety.models import AbuseReport, Steward
from community.testing import anew, coordinator_of, loan_of, thing_of
from portal.events import history_of
from portal.events.models import Event
from portal.extensions import NotificationKind, find

from .test_notifications import told
from .test_reserving import day, reserve

pytestmark = pytest.mark.django_db


def facts(target) -> list[str]:
    return [event.kind.rpartition(".")[2] for event in history_of(target, confidential=True)]


def test_reserved_picked_up_renewed_and_given_back(drill, borrower):
    loan = reserve(drill, borrower)
    loan.pick_up(by=borrower)
    loan.renew(until=day(2), by=borrower)
    assert drill.reserved_days.count() == 3

    loan.give_back(by=borrower)

    assert loan.state == LoanState.RETURNED
    assert not drill.reserved_days.from_today().exists()
    assert facts(loan) == ["reserved", "picked_up", "renewed", "returned"]


def test_a_phone_that_sends_a_step_twice_takes_it_once(drill, borrower):
    loan = reserve(drill, borrower)
    for _time in range(2):
        loan.pick_up(by=borrower)
    for _time in range(2):
        loan.renew(until=day(3), by=borrower)
    for _time in range(2):
        loan.give_back(by=borrower, damage=Damage.SOME)

    assert facts(loan) == ["reserved", "picked_up", "renewed", "returned"]
    assert drill.repair_notes.count() == 1


def test_it_is_picked_up_on_its_days_only(drill, borrower):
    loan = reserve(drill, borrower, 2, 3)
    with pytest.raises(NotPossible):
        loan.pick_up(by=borrower)
    past = loan_of(thing_of(borrower), borrower, first=-3, last=-1)
    with pytest.raises(NotPossible):
        past.pick_up(by=borrower)


def test_it_is_not_picked_up_while_somebody_has_it(drill, borrower, neighbour):
    loan_of(drill, borrower, first=-5, last=-1, state=LoanState.PICKED_UP)
    mine = loan_of(drill, neighbour, first=0, last=1)
    with pytest.raises(NotPossible):
        mine.pick_up(by=neighbour)


def test_it_is_not_renewed_over_somebody_elses_days_nor_for_ever(drill, borrower, neighbour):
    loan = reserve(drill, borrower)
    loan.pick_up(by=borrower)
    reserve(drill, neighbour, 3, 4)
    with pytest.raises(Taken):
        loan.renew(until=day(3), by=borrower)
    for until, code in ((day(0), "reversed"), (day(30), "too_long")):
        with pytest.raises(NotBookable, match=code):
            loan.renew(until=until, by=borrower)
    WaitingPlace.join(by=neighbour, thing=drill)
    with pytest.raises(NotBookable, match="awaited"):
        loan.renew(until=day(2), by=borrower)
    with pytest.raises(PermissionDenied):
        loan.renew(until=day(2), by=neighbour)
    assert drill.reserved_days.count() == 4


def test_a_bit_damaged_it_is_in_repair_until_the_keeper_says(drill, borrower, keeper, neighbour):
    loan = reserve(drill, borrower)
    loan.pick_up(by=borrower)
    WaitingPlace.join(by=neighbour, thing=drill)
    loan.give_back(by=borrower, damage=Damage.SOME, note="Il mandrino gratta")

    drill.refresh_from_db()
    note = drill.repair_notes.get()
    assert (drill.state, note.text, note.damage) == (ThingState.IN_REPAIR, "Il mandrino gratta", Damage.SOME)
    assert not drill.waiting.offered().exists()

    drill.mend(by=keeper)

    note.refresh_from_db()
    assert (drill.state, note.repaired_by) == (ThingState.AVAILABLE, keeper)
    assert drill.waiting.offered().get().person == neighbour


def test_whoever_waits_is_asked_in_their_turn_and_has_a_day(drill, borrower, neighbour, keeper, building):
    from portal.testing.factories import tenant_of

    later = tenant_of(building)
    loan = reserve(drill, borrower)
    loan.pick_up(by=borrower)
    first, second = (WaitingPlace.join(by=person, thing=drill) for person in (neighbour, later))
    assert WaitingPlace.join(by=neighbour, thing=drill) == first

    loan.give_back(by=borrower)
    first.refresh_from_db()
    assert first.offer_until - timezone.now() > timedelta(hours=23)
    with pytest.raises(Taken):  # kept for her
        reserve(drill, later)

    WaitingPlace.objects.filter(pk=first.pk).update(offer_until=timezone.now() - timedelta(minutes=1))
    schedules.pass_on()
    schedules.pass_on()
    assert drill.waiting.offered().get() == second

    reserve(drill, later)
    assert not drill.waiting.exists()
    assert drill.reserved_days.count() == 2
    assert Event.objects.filter(kind="community.waitingplace.offered").count() == 2


def test_who_does_not_want_it_any_more_leaves_it_to_the_next(drill, borrower, neighbour, building):
    from portal.testing.factories import tenant_of

    loan = reserve(drill, borrower)
    first = WaitingPlace.join(by=neighbour, thing=drill)
    second = WaitingPlace.join(by=tenant_of(building), thing=drill)
    loan.cancel(by=borrower)
    first.refresh_from_db()

    first.leave()

    assert drill.waiting.offered().get() == second


def test_nobody_waits_for_what_is_free(drill, borrower):
    with pytest.raises(NotBookable, match="free"):
        WaitingPlace.join(by=borrower, thing=drill)


def test_reminders_come_the_day_before_on_the_day_and_three_times_after(drill, borrower, time_machine):
    loan = reserve(drill, borrower, 0, 3)
    loan.pick_up(by=borrower)
    start = timezone.now()
    for number in range(14):
        time_machine.move_to(start + timedelta(days=number), tick=False)
        schedules.remind()
        schedules.remind()
    told = Event.objects.filter(
        kind__in=[f"community.reservation.{f}" for f in ("due_soon", "due", "overdue")]
    )
    days = [(event.kind.rpartition(".")[2], (event.at.date() - start.date()).days) for event in told]
    assert days == [("due_soon", 2), ("due", 3), ("overdue", 4), ("overdue", 6), ("overdue", 8)]


def test_nobody_came_and_nobody_answered(keeper, borrower, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    asked = reserve(thing_of(keeper, needs_yes=True), borrower, 0, 2)
    reserved = reserve(thing_of(keeper), borrower, 0, 2)
    time_machine.shift(timedelta(days=1))
    schedules.lapse()
    asked.refresh_from_db()
    reserved.refresh_from_db()
    assert (asked.state, reserved.state) == (LoanState.LAPSED, LoanState.RESERVED)
    time_machine.shift(timedelta(days=2))
    schedules.lapse()
    reserved.refresh_from_db()
    assert reserved.state == LoanState.LAPSED


def test_what_is_lost_is_written_off_by_a_coordinator_with_a_reason(
    drill, borrower, neighbour, keeper, building
):
    coordinator = coordinator_of(building.municipality)
    loan = reserve(drill, borrower)
    to_come = reserve(drill, neighbour, 4, 5)
    loan.pick_up(by=borrower)
    loan.lose(by=borrower, note="Rubato in cantina")

    drill.refresh_from_db()
    to_come.refresh_from_db()
    assert (drill.state, loan.state, to_come.state) == (
        ThingState.MISSING,
        LoanState.LOST,
        LoanState.CANCELLED,
    )
    with pytest.raises(PermissionDenied):
        drill.write_off(by=keeper, note="Perso")
    with pytest.raises(ValidationError):
        drill.write_off(by=coordinator, note=" ")

    drill.write_off(by=coordinator, note="Non si trova più")

    assert (drill.state, drill.write_off_reason) == (ThingState.WRITTEN_OFF, "Non si trova più")
    assert facts(drill)[-1] == "written_off"
    assert not neighbour.has_perm("community.view_thing", drill)
    drill.find(by=keeper)
    assert (drill.state, drill.write_off_reason) == (ThingState.AVAILABLE, "")


def test_what_was_missing_turns_up_when_it_is_given_back(drill, borrower, keeper):
    loan = reserve(drill, borrower)
    loan.pick_up(by=borrower)
    drill.lose(by=keeper)

    loan.give_back(by=borrower)

    drill.refresh_from_db()
    assert drill.state == ThingState.AVAILABLE


@pytest.mark.parametrize(("damage", "is_asked"), [(Damage.NONE, True), (Damage.SOME, False)])
def test_whoever_waits_is_asked_when_what_was_missing_turns_up(
    drill, borrower, keeper, neighbour, damage, is_asked
):
    loan = reserve(drill, borrower)
    loan.pick_up(by=borrower)
    WaitingPlace.join(by=neighbour, thing=drill)
    drill.lose(by=keeper)

    loan.give_back(by=borrower, damage=damage)

    assert drill.waiting.offered().exists() is is_asked


def test_a_thing_that_moderation_takes_away_is_hidden_and_comes_back(drill, neighbour, keeper, building):
    import uuid

    coordinator = coordinator_of(building.municipality)
    report = AbuseReport.make(by=neighbour, target=drill, client_id=uuid.uuid4(), reason="money")
    assert report.municipality == building.municipality
    report.uphold(by=coordinator, note="Chiede soldi")
    drill.refresh_from_db()
    assert not neighbour.has_perm("community.view_thing", drill)
    assert keeper.has_perm("community.view_thing", drill)
    report.reverse(by=coordinator, note="Era un errore")
    drill.refresh_from_db()
    assert neighbour.has_perm("community.view_thing", drill)


# -- when nobody is left who keeps it ---------------------------------------------------------------------------------


def erase(person) -> None:
    erase_things(person)
    erase_keeping(person)


def test_an_erased_owners_thing_comes_back_to_who_answers_for_the_area(drill, keeper, borrower, neighbour):
    coordinator = coordinator_of(drill.municipality)
    loan, to_come = reserve(drill, borrower), reserve(drill, neighbour, 3, 4)
    loan.pick_up(by=borrower)

    erase(keeper)

    drill, to_come = anew(drill), anew(to_come)
    assert (drill.owner, drill.keepers) == (None, [coordinator])
    assert drill.owned_by.members.filter(person=coordinator).exists()
    assert to_come.state == LoanState.CANCELLED
    assert told("thing.handed_on")[0] == {borrower, coordinator}
    loan.give_back(by=borrower)
    assert anew(drill).is_available


def test_where_nobody_answers_whoever_has_it_keeps_it_and_is_told(drill, keeper, borrower, neighbour):
    loan = reserve(drill, borrower)
    reserve(drill, neighbour, 3, 4)
    loan.pick_up(by=borrower)

    erase(keeper)

    assert (anew(drill).state, anew(loan).state) == (ThingState.WRITTEN_OFF, LoanState.RETURNED)
    assert not drill.reserved_days.from_today().exists()
    assert told("reservation.kept")[0] == {borrower}
    assert told("reservation.cancelled")[0] == {neighbour}  # though they do not see it any more
    kind = find(NotificationKind, "community.reservation.cancelled")
    event = Event.objects.filter(kind=kind.key).latest("pk")
    assert kind.url(event) == "/aiuto/cose/mie/"


def test_an_owner_is_erased_whose_thing_was_written_off_while_somebody_has_it(drill, keeper, borrower):
    coordinator = coordinator_of(drill.municipality)
    loan = reserve(drill, borrower)
    loan.pick_up(by=borrower)
    drill.lose(by=keeper)
    drill.write_off(by=coordinator, note="Non si trova più")
    Steward.objects.all().delete()

    erase(keeper)

    assert (anew(drill).state, anew(loan).state) == (ThingState.WRITTEN_OFF, LoanState.RETURNED)
    assert anew(drill).owner is None


def test_what_nobody_keeps_any_more_is_not_lent_until_a_coordinator_keeps_it(
    drill, keeper, borrower, neighbour
):
    coordinator = coordinator_of(drill.municipality)
    Thing.objects.filter(pk=drill.pk).update(owner=None)
    to_come = reserve(drill, borrower, 3, 4)
    keeper.close_account(by=None)
    drill = anew(drill)
    with pytest.raises(NotBookable, match="not_lent"):
        reserve(drill, neighbour)
    assert not coordinator.has_perm("community.find_thing", drill)

    for _time in range(2):
        schedules.withdraw()

    drill = anew(drill)
    assert (drill.state, anew(to_come).state) == (ThingState.PAUSED, LoanState.CANCELLED)
    assert facts(drill).count("unkept") == 1
    assert told("thing.unkept")[0] == {coordinator}
    with pytest.raises(PermissionDenied):
        drill.take_on(by=neighbour)
    drill.take_on(by=coordinator)
    drill.resume(by=coordinator)
    assert reserve(drill, neighbour)


def test_nobody_takes_what_is_somebodys_own(drill, keeper):
    coordinator = coordinator_of(drill.municipality)
    keeper.close_account(by=None)
    schedules.withdraw()
    with pytest.raises(PermissionDenied):
        anew(drill).take_on(by=coordinator)
