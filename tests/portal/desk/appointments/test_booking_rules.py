"""Booking, moving, cancelling: what the model promises, whoever asks."""

import uuid
from datetime import time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.desk.appointments.counters import DeskClosure
from portal.desk.appointments.models import (
    OPEN_BY_CONTACT,
    AlreadySent,
    Appointment,
    AppointmentCell,
    AppointmentLink,
    NotBookable,
    SlotTaken,
    TooManyOpen,
    close_desk,
)
from portal.desk.appointments.schedules import remind, tell_closures
from portal.desk.appointments.slots import quarter_of
from portal.desk.appointments.workflow import TRANSITIONS, NotNow, State
from portal.events.models import Event
from portal.people.tokens import digest
from portal.testing.factories import UserFactory

from .town import MONDAY, at, book, desk_open, keeper, speaks, tomorrow, topic_of, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
DAY = MONDAY.date()


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def test_a_booking_takes_its_quarter_hours_at_one_counter():
    desk, topic = desk_open(), topic_of(quarters=3)
    booked = book(desk, topic, at(DAY, "10:00"))
    cells = booked.cells.order_by("quarter")
    assert [cell.quarter for cell in cells] == [at(DAY, clock) for clock in ("10:00", "10:15", "10:30")]
    assert {cell.counter_id for cell in cells} == {booked.counter_id}
    assert len(booked.receipt) == 6
    assert str(booked.state) == "booked"


def test_the_database_itself_refuses_a_quarter_hour_twice():
    desk, topic = desk_open(), topic_of(quarters=1)
    booked = book(desk, topic, at(DAY, "10:00"))
    other = book(desk, topic, at(DAY, "10:15"))
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentCell.objects.create(counter=booked.counter, quarter=booked.quarter, appointment=other)


def test_what_overlaps_is_taken_and_another_counter_is_not():
    desk, topic = desk_open(counters=2), topic_of(quarters=2)
    first = book(desk, topic, at(DAY, "10:00"))
    second = book(desk, topic, at(DAY, "10:15"))
    assert first.counter != second.counter
    with pytest.raises(SlotTaken):
        book(desk, topic, at(DAY, "10:15"))


REFUSED = {
    "past": (-60, {}),
    "notice": (150, {"notice_hours": 3}),
    "hours": (180 + 4 * 60, {}),
    "horizon": (8 * 7 * 24 * 60 + 180, {}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_time_that_cannot_be_had_says_why(code):
    minutes, fields = REFUSED[code]
    desk, topic = desk_open(**fields), topic_of()
    with pytest.raises(NotBookable) as refused:
        book(desk, topic, quarter_of(MONDAY + timedelta(minutes=minutes)))
    assert refused.value.code == code
    assert not Appointment.objects.exists()
    assert not AppointmentCell.objects.exists()


def test_a_time_that_ends_after_the_desk_closes_cannot_be_had():
    desk = desk_open(closes=time(12))
    with pytest.raises(NotBookable, match="hours"):
        book(desk, topic_of(quarters=3), at(DAY, "11:30"))


def test_on_a_closure_nothing_can_be_had_and_it_says_which():
    desk = desk_open()
    shut = DeskClosure.objects.create(desk=desk, first_day=DAY, last_day=tomorrow(), reason="Ferie")
    with pytest.raises(NotBookable) as refused:
        book(desk, topic_of(), at(tomorrow(), "10:00"))
    assert refused.value.closure == shut


def test_a_language_that_nobody_speaks_then_needs_an_interpreter_and_some_days():
    desk, topic = desk_open(interpreter_days=3), topic_of()
    speaks(desk.counters.get(), 0, "ar")
    with pytest.raises(NotBookable, match="language"):
        book(desk, topic, at(DAY, "10:00"), spoken="uk")
    with pytest.raises(NotBookable, match="interpreter"):
        book(desk, topic, at(DAY, "10:00"), spoken="uk", wants_interpreter=True)
    next_monday = DAY + timedelta(days=7)
    assert book(desk, topic, at(next_monday, "10:00"), spoken="uk", wants_interpreter=True)


def test_a_form_that_is_sent_twice_books_once_and_another_under_its_number_is_told_so():
    desk, topic, form = desk_open(), topic_of(), uuid.uuid4()
    told = {"client_id": form, "name": "Giulia", "email": "giulia@abitare.example"}
    first = book(desk, topic, at(DAY, "10:00"), **told)
    assert book(desk, topic, at(DAY, "10:00"), **told) == first
    with pytest.raises(AlreadySent):
        book(desk, topic, at(DAY, "11:00"), **told)
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    "told",
    [{"email": "giulia@abitare.example"}, {"email": "", "phone": "+390200005001"}],
    ids=["e-mail", "phone"],
)
def test_one_contact_has_some_appointments_and_no_more(told):
    desk, topic, elena = desk_open(closes=time(18)), topic_of(), keeper()
    for number in range(OPEN_BY_CONTACT):
        book(desk, topic, at(DAY, f"{10 + number}:00"), **told)
    with pytest.raises(TooManyOpen):
        book(desk, topic, at(DAY, "15:00"), **told)
    assert book(desk, topic, at(DAY, "15:00"), by=elena, **told), "whoever sits at the desk may"


def test_staff_book_at_short_notice_and_not_in_the_past():
    desk, topic, elena = desk_open(time(6), time(12)), topic_of(), keeper()
    assert book(desk, topic, at(DAY, "07:15"), by=elena)
    with pytest.raises(NotBookable, match="past"):
        book(desk, topic, at(DAY, "06:30"), by=elena)


# -- moving and cancelling -------------------------------------------------------------------------------------------


def test_a_move_frees_the_old_time_also_where_both_overlap():
    desk, topic = desk_open(), topic_of(quarters=3)
    booked = book(desk, topic, at(DAY, "10:00"))
    booked.move(at(DAY, "10:15"))
    assert sorted(cell.quarter - at(DAY, "10:00") for cell in booked.cells.all()) == [1, 2, 3]
    assert booked.sequence == 1
    booked.move(at(DAY, "10:15"))
    assert booked.sequence == 1, "to where it is already is no move"


def test_whoever_moves_to_a_time_that_is_taken_keeps_theirs():
    desk, topic = desk_open(), topic_of()
    mine, other = book(desk, topic, at(DAY, "10:00")), book(desk, topic, at(DAY, "11:00"))
    with pytest.raises(SlotTaken):
        mine.move(other.quarter)
    mine.refresh_from_db()
    assert mine.quarter == at(DAY, "10:00")
    assert mine.cells.count() == 2


def test_a_cancelled_time_is_free_and_cancelling_twice_is_once():
    desk, topic = desk_open(), topic_of()
    booked = book(desk, topic, at(DAY, "10:00"))
    booked.cancel()
    booked.cancel()
    assert Event.objects.filter(kind="portal.appointment.cancelled").count() == 1
    assert book(desk, topic, at(DAY, "10:00")).state == State.BOOKED
    with pytest.raises(NotNow):
        booked.move(at(DAY, "11:00"))


def test_what_has_begun_whoever_comes_does_not_change_any_more():
    desk, topic = desk_open(), topic_of()
    booked = book(desk, topic, at(DAY, "10:00"))
    with time_machine.travel(MONDAY.replace(hour=10, minute=5), tick=False):
        for verb in (booked.cancel, lambda: booked.move(at(tomorrow(), "10:00"))):
            with pytest.raises(NotBookable, match="begun"):
                verb()
        booked.cancel(by=keeper())
    assert booked.state == State.CANCELLED


# -- at the desk -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verb", ["arrive", "serve", "miss", "undo"])
def test_staff_do_what_the_table_says_and_nothing_else(state, verb):
    elena = keeper()
    booked = book(desk_open(), topic_of(), at(DAY, "10:00"))
    Appointment.objects.filter(pk=booked.pk).update(state=state)
    reached = {"arrive": "arrived", "serve": "served", "miss": "missed"}.get(verb)
    with time_machine.travel(MONDAY.replace(hour=10, minute=5), tick=False):
        if (State(state), verb) in TRANSITIONS:
            booked.step(verb, by=elena)
            booked.refresh_from_db()
            assert booked.state == TRANSITIONS[State(state), verb].target
        elif state == reached:
            booked.step(verb, by=elena)
            assert not Event.objects.filter(kind=f"portal.appointment.{state}").exists()
        else:
            with pytest.raises(NotNow):
                booked.step(verb, by=elena)


def test_nobody_is_missed_before_it_is_their_turn():
    booked = book(desk_open(), topic_of(), at(DAY, "10:00"))
    with pytest.raises(NotNow):
        booked.step("miss", by=keeper())


@pytest.mark.parametrize("verb", ["arrive", "serve"])
def test_nobody_is_here_before_their_day(verb):
    booked = book(desk_open(), topic_of(), at(tomorrow(), "10:00"))
    assert not {"arrive", "serve"} & set(booked.verbs())
    with pytest.raises(NotNow):
        booked.step(verb, by=keeper())
    with time_machine.travel(MONDAY.replace(day=2), tick=False):
        booked.step(verb, by=keeper())


def walk_in(desk, topic, name="Ahmed", **told):
    return Appointment.walk_in(client_id=uuid.uuid4(), desk=desk, topic=topic, name=name, **told)


@time_machine.travel(MONDAY.replace(hour=9, minute=20), tick=False)
def test_whoever_walks_in_gets_the_next_free_time_and_then_waits_for_a_turn():
    elena, topic = keeper(), topic_of(quarters=2)
    desk = desk_open(closes=time(10), counters=1)
    now = walk_in(desk, topic, by=elena)
    assert (now.quarter, now.state) == (at(DAY, "09:15"), "arrived")
    later = walk_in(desk, topic, by=elena)
    assert (later.quarter, later.state) == (None, "queued")
    later.step("serve", by=elena)
    later.step("undo", by=elena)
    assert later.state == State.QUEUED


def test_missed_appointments_are_counted_by_account_and_contact():
    desk, topic, samira = desk_open(), topic_of(), UserFactory()
    by_account = book(desk, topic, at(DAY, "09:00"), person=samira, email="")
    by_mail = book(desk, topic, at(DAY, "10:00"), email="samira@abitare.example")
    Appointment.objects.filter(pk__in=[by_account.pk, by_mail.pk]).update(state=State.MISSED)
    now = book(desk, topic, at(DAY, "11:00"), person=samira, email="Samira@abitare.example")
    assert now.missed_before() == 2


# -- closures and reminders ------------------------------------------------------------------------------------------


def test_closing_a_desk_tells_whoever_is_booked_once_and_they_may_move():
    desk, topic, elena = desk_open(), topic_of(), keeper()
    booked, other = book(desk, topic, at(tomorrow(), "10:00")), book(desk, topic, at(DAY, "10:00"))
    closure, told = close_desk(desk, tomorrow(), tomorrow(), "Assemblea", by=elena)
    assert told == 1
    close_desk(desk, tomorrow(), tomorrow(), "Assemblea", by=elena)
    tell_closures()
    displaced = Event.objects.filter(kind="portal.appointment.displaced")
    assert [event.object_id for event in displaced] == [str(booked.pk)]
    booked.refresh_from_db()
    assert booked.closure == closure
    assert other.closure is None
    booked.move(at(DAY, "11:00"))
    assert booked.closure is None


def test_a_closure_from_the_register_is_told_by_the_schedule():
    desk, topic = desk_open(), topic_of()
    book(desk, topic, at(tomorrow(), "10:00"))
    DeskClosure.objects.create(desk=desk, first_day=tomorrow(), last_day=tomorrow(), reason="Ferie")
    tell_closures()
    tell_closures()
    assert Event.objects.filter(kind="portal.appointment.displaced").count() == 1


def test_whoever_is_booked_in_two_closures_is_told_once():
    desk, topic = desk_open(), topic_of()
    booked = book(desk, topic, at(tomorrow(), "10:00"))
    # As they may stand from before, or be entered together in the register.
    for days in (1, 3):
        last = DAY + timedelta(days=days)
        DeskClosure.objects.create(desk=desk, first_day=tomorrow(), last_day=last, reason="Ferie")
    for _round in range(3):
        tell_closures()
    displaced = Event.objects.filter(kind="portal.appointment.displaced")
    assert displaced.count() == 1
    DeskClosure.objects.filter(last_day=tomorrow()).delete()
    booked.move(at(DAY + timedelta(days=7), "10:00"))
    close_desk(desk, DAY + timedelta(days=7), DAY + timedelta(days=7), "Sciopero", by=keeper())
    assert displaced.count() == 2, "of their new time they are told anew"


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (2, 5, "first_day"),
        (3, 3, "first_day"),
        (-1, 0, "first_day"),
        (10, 9, "last_day"),
        (10, 400, "last_day"),
    ],
    ids=["begins in another", "within another", "over", "ends before it begins", "longer than a year"],
)
def test_a_closure_that_cannot_be_is_refused_beside_the_day(first, last, field):
    desk, elena = desk_open(), keeper()
    close_desk(desk, DAY + timedelta(days=1), DAY + timedelta(days=4), "Ferie", by=elena)
    with pytest.raises(ValidationError) as refused:
        close_desk(desk, DAY + timedelta(days=first), DAY + timedelta(days=last), "Ferie", by=elena)
    assert set(refused.value.message_dict) >= {field}
    assert desk.closures.count() == 1


def test_the_day_before_from_nine_on_each_is_reminded_once():
    desk, topic = desk_open(), topic_of()
    wednesday = DAY + timedelta(days=2)
    booked = book(desk, topic, at(wednesday, "10:00"))
    for hour, reminded in ((8, 0), (9, 1), (18, 1)):
        with time_machine.travel(MONDAY.replace(day=2, hour=hour), tick=False):
            remind()
        assert Event.objects.filter(kind="portal.appointment.reminded").count() == reminded, hour
    booked.refresh_from_db()
    assert booked.reminded_at is not None


def test_booked_for_tomorrow_nobody_is_reminded_and_moved_away_they_are():
    desk, topic = desk_open(), topic_of()
    booked = book(desk, topic, at(DAY, "10:00"))
    assert booked.reminded_at == timezone.now()
    booked.move(at(DAY + timedelta(days=5), "10:00"))
    assert booked.reminded_at is None


# -- links -----------------------------------------------------------------------------------------------------------


def test_a_link_opens_its_appointment_alone_and_only_its_digest_is_kept():
    desk, topic = desk_open(), topic_of()
    booked = book(desk, topic, at(DAY, "10:00"))
    token = booked.make_link()
    link = AppointmentLink.objects.get()
    assert link.digest == digest(token)
    assert token not in str(link.__dict__)
    assert AppointmentLink.opened_by(token, "appointment") == booked
    assert AppointmentLink.opened_by(token, "place") is None
    assert AppointmentLink.opened_by(token + "x", "appointment") is None
    assert AppointmentLink.opened_by("", "appointment") is None


def test_two_weeks_after_the_day_a_link_opens_nothing_any_more():
    desk, topic = desk_open(), topic_of()
    booked, place = book(desk, topic, at(tomorrow(), "10:00")), wait(desk, topic)
    token, of_place = booked.make_link(), place.make_link()
    for days, opens in ((15, True), (16, False)):
        with time_machine.travel(MONDAY + timedelta(days=days), tick=False):
            assert (AppointmentLink.opened_by(token, "appointment") is not None) is opens, days
            assert AppointmentLink.opened_by(of_place, "place") == place, "they still wait"
    place.leave()
    for days, opens in ((14, True), (15, False)):
        with time_machine.travel(MONDAY + timedelta(days=days), tick=False):
            assert (AppointmentLink.opened_by(of_place, "place") is not None) is opens, days
