"""The list of those who wait: who came first is asked first, for some hours, then the next."""

import uuid
from datetime import time, timedelta

import pytest
import time_machine

from portal.desk.appointments.counters import DeskClosure
from portal.desk.appointments.models import (
    Appointment,
    AppointmentCell,
    NotBookable,
    OfferOver,
    SlotTaken,
    WaitingPlace,
    close_desk,
    reopen_desk,
)
from portal.desk.appointments.schedules import pass_offers_on, tell_closures
from portal.events.models import Event

from .town import MONDAY, at, book, desk_open, keeper, speaks, tomorrow, topic_of, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def monday():
    # It ticks: who came first is told by the clock.
    with time_machine.travel(MONDAY.replace(hour=10)):
        yield


@pytest.fixture
def full():
    """Tomorrow there is one time, and somebody has it."""
    desk, topic = desk_open(time(15), time(15, 30)), topic_of(quarters=2)
    return desk, topic, book(desk, topic, at(tomorrow(), "15:00"))


def test_a_freed_time_is_kept_for_the_first_and_nobody_else_gets_it(full):
    desk, topic, booked = full
    first, second = wait(desk, topic), wait(desk, topic)
    booked.cancel()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("offered", "waiting")
    assert first.offer_quarter == at(tomorrow(), "15:00")
    assert first.is_offered
    with pytest.raises(SlotTaken):
        book(desk, topic, at(tomorrow(), "15:00"))


def test_taking_it_makes_one_appointment_however_often(full):
    desk, topic, booked = full
    place = wait(desk, topic, reason="Sfratto")
    booked.cancel()
    taken = place.accept()
    assert place.accept() == taken
    assert (taken.quarter, taken.reason, taken.cells.count()) == (at(tomorrow(), "15:00"), "Sfratto", 2)
    assert place.state == "taken"
    assert not AppointmentCell.objects.exclude(place=None).exists()
    assert Appointment.objects.exclude(state="cancelled").count() == 1


def test_whoever_does_not_answer_lets_it_pass_to_the_next_and_keeps_their_place_once(full):
    desk, topic, booked = full
    first, second = wait(desk, topic), wait(desk, topic)
    booked.cancel()
    with time_machine.travel(MONDAY.replace(hour=14), tick=False):
        pass_offers_on()
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, first.missed, second.state) == ("waiting", 1, "offered")
        with pytest.raises(OfferOver):
            first.accept()
        second.leave()
        first.refresh_from_db()
        assert first.state == "waiting", "what they have let pass does not come back to them"
        again = book(desk, topic, at(tomorrow(), "15:00"))
        again.cancel()
        first.refresh_from_db()
        assert first.state == "offered"
    with time_machine.travel(MONDAY.replace(hour=20), tick=False):
        pass_offers_on()
    first.refresh_from_db()
    assert first.state == "over"


def test_an_offer_that_is_over_holds_nothing_even_before_the_schedule_comes(full):
    desk, topic, booked = full
    place = wait(desk, topic)
    booked.cancel()
    with time_machine.travel(MONDAY.replace(hour=14), tick=False):
        assert book(desk, topic, at(tomorrow(), "15:00"))
        with pytest.raises(OfferOver):
            place.accept()


def test_an_answer_that_comes_as_the_time_goes_to_somebody_else_takes_nothing(full, monkeypatch):
    desk, topic, booked = full
    place = wait(desk, topic)
    booked.cancel()
    place.cells.order_by("quarter").last().delete()
    with pytest.raises(OfferOver):
        place.accept()

    booked = book(desk, topic, at(tomorrow() + timedelta(days=1), "15:00"))
    other = wait(desk, topic)
    booked.cancel()
    other.refresh_from_db()
    assert other.is_offered
    create = Appointment.objects.create

    def too_late(**fields):
        other.cells.all().delete()
        return create(**fields)

    monkeypatch.setattr(Appointment.objects, "create", too_late)
    with pytest.raises(OfferOver):
        other.accept()
    assert not Appointment.objects.booked().exists()


def test_in_the_evening_it_is_kept_until_the_morning(full):
    desk, topic, booked = full
    place = wait(desk, topic)
    with time_machine.travel(MONDAY.replace(hour=20), tick=False):
        booked.cancel()
    place.refresh_from_db()
    assert place.offer_until == MONDAY.replace(day=2, hour=9)


def test_nobody_is_asked_for_what_begins_in_a_moment(full):
    desk, topic, booked = full
    place = wait(desk, topic)
    with time_machine.travel(MONDAY.replace(day=2, hour=14, minute=20), tick=False):
        booked.cancel()
    place.refresh_from_db()
    assert place.state == "waiting"


def test_only_whoever_can_use_it_is_asked():
    desk, long_, short = desk_open(time(15), time(15, 45)), topic_of(3, "sfratto"), topic_of(1, "firma")
    speaks(desk.counters.get(), 1, "ar")
    speaks(desk.counters.get(), 2, "uk")
    booked = book(desk, short, at(tomorrow(), "15:15"))
    book(desk, short, at(tomorrow(), "15:00"))
    too_long, ukrainian = wait(desk, long_), wait(desk, short, spoken="uk")
    fits = wait(desk, short, spoken="ar")
    booked.cancel()
    assert [WaitingPlace.objects.get(pk=one.pk).state for one in (too_long, ukrainian, fits)] == [
        "waiting",
        "waiting",
        "offered",
    ]


def test_a_moved_appointment_frees_its_time_too(full):
    desk, topic, booked = full
    place = wait(desk, topic)
    booked.move(at(tomorrow() + timedelta(days=1), "15:00"))
    place.refresh_from_db()
    assert place.state == "offered"


def states(*places):
    return [WaitingPlace.objects.get(pk=place.pk).state for place in places]


@pytest.mark.parametrize("way", ["cancelled", "moved", "passed on", "left"])
def test_a_freed_hour_is_offered_to_as_many_as_it_has_room_for(way):
    desk, hour, half = desk_open(time(15), time(16)), topic_of(4, "sfratto"), topic_of(2, "firma")
    booked = book(desk, hour, at(tomorrow(), "15:00"))
    before = [wait(desk, hour)] if way in ("passed on", "left") else []
    those = [wait(desk, half) for _number in range(3)]
    if way == "moved":
        booked.move(at(tomorrow() + timedelta(days=1), "15:00"))
    else:
        booked.cancel()
    for place in before:
        assert states(place, *those) == ["offered", *["waiting"] * 3]
        {"passed on": place.pass_on, "left": place.leave}[way]()
    assert states(*those) == ["offered", "offered", "waiting"]
    assert {WaitingPlace.objects.get(pk=place.pk).offer_clock for place in those[:2]} == {"15:00", "15:30"}


def test_of_an_hour_that_is_about_to_begin_the_rest_is_offered():
    desk, hour, half = desk_open(time(15), time(16)), topic_of(4, "sfratto"), topic_of(2, "firma")
    booked, place = book(desk, hour, at(tomorrow(), "15:00")), wait(desk, half)
    with time_machine.travel(MONDAY.replace(day=2, hour=14, minute=20), tick=False):
        booked.cancel()
    place.refresh_from_db()
    assert place.offer_clock == "15:30"


def test_a_desk_that_opens_after_all_asks_those_who_wait():
    desk, topic, elena = desk_open(time(15), time(15, 30)), topic_of(2), keeper()
    closure, _told = close_desk(desk, tomorrow(), tomorrow() + timedelta(days=1), "Ferie", by=elena)
    those = [wait(desk, topic) for _number in range(3)]
    reopen_desk(closure, by=elena)
    assert states(*those) == ["offered", "offered", "waiting"]


@pytest.mark.parametrize("by", ["the desk", "the register"])
def test_what_is_kept_for_somebody_is_taken_back_where_the_desk_closes(full, by):
    desk, topic, booked = full
    place = wait(desk, topic)
    booked.cancel()
    if by == "the desk":
        close_desk(desk, tomorrow(), tomorrow(), "Ferie", by=keeper())
    else:
        DeskClosure.objects.create(desk=desk, first_day=tomorrow(), last_day=tomorrow(), reason="Ferie")
        place.refresh_from_db()
        assert place.is_offered
        with pytest.raises(OfferOver):
            place.accept()
        tell_closures()
    place.refresh_from_db()
    assert (place.state, place.missed, place.offer_quarter) == ("waiting", 0, None)
    assert not AppointmentCell.objects.exists()
    with pytest.raises(OfferOver):
        place.accept()


def test_whoever_wants_an_interpreter_is_asked_whatever_is_spoken_and_in_time_to_find_one():
    desk, topic = desk_open(time(15), time(15, 30), interpreter_days=3), topic_of(2)
    day = tomorrow()
    soon, later = book(desk, topic, at(day, "15:00")), book(desk, topic, at(day + timedelta(days=4), "15:00"))
    place = wait(desk, topic, spoken="uk", wants_interpreter=True)
    soon.cancel()
    assert states(place) == ["waiting"], "until then nobody is found"
    later.cancel()
    place.refresh_from_db()
    assert place.offer_quarter == later.quarter
    taken = place.accept()
    assert (taken.spoken, taken.wants_interpreter) == ("uk", True)


def test_nobody_waits_for_a_language_that_is_never_spoken():
    desk, topic = desk_open(time(15), time(15, 30)), topic_of(2)
    with pytest.raises(NotBookable, match="unspoken"):
        wait(desk, topic, spoken="uk")
    assert wait(desk, topic)
    speaks(desk.counters.get(), 4, "uk")
    assert wait(desk, topic, spoken="uk")


def test_an_offer_that_is_made_anew_while_the_schedule_comes_round_is_not_passed_on(full):
    """The schedule has read the row before: what it says once it is locked counts."""
    desk, topic, booked = full
    place = wait(desk, topic)
    booked.cancel()
    place.refresh_from_db()
    place.run_out()
    assert (place.state, place.missed) == ("offered", 0)
    with time_machine.travel(MONDAY.replace(hour=14), tick=False):
        place.run_out()
    assert (place.state, place.missed) == ("waiting", 1)


def test_leaving_twice_is_leaving_once(full):
    desk, topic, _booked = full
    place = wait(desk, topic)
    place.leave()
    place.leave()
    assert Event.objects.filter(kind="portal.waiting.left").count() == 1


def test_a_place_is_taken_once_however_often_the_form_is_sent(full):
    desk, topic, _booked = full
    told = {"client_id": uuid.uuid4(), "name": "Carmen", "email": "carmen@abitare.example"}
    places = [WaitingPlace.join(desk=desk, topic=topic, **told) for _time in range(2)]
    assert places[0] == places[1]


def test_after_their_last_day_they_wait_no_longer(full):
    desk, topic, _booked = full
    place = wait(desk, topic)
    with time_machine.travel(MONDAY + timedelta(weeks=7), tick=False):
        pass_offers_on()
    place.refresh_from_db()
    assert place.state == "over"
    assert place.ended_at is not None
