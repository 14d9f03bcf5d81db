"""Which quarter-hours there are: on every day, and in the two nights in which the clocks are changed."""

from datetime import date, time

import pytest
import time_machine
from django.utils.translation import override

from portal.desk.appointments.counters import DeskClosure
from portal.desk.appointments.models import NotBookable
from portal.desk.appointments.slots import (
    Diary,
    Entries,
    clock,
    day_of,
    moment_of,
    quarter_of,
    quarters_between,
    quarters_of_day,
    runs,
)
from portal.desk.models import Desk

from .town import MONDAY, at, book, desk_open, speaks, topic_of

FORWARD, BACK = date(2028, 3, 26), date(2027, 10, 31)  # at 2:00 it is 3:00; at 3:00 it is 2:00 again


def clocks(quarters):
    return [clock(quarter) for quarter in quarters]


@pytest.mark.parametrize(("day", "length"), [(date(2027, 5, 4), 96), (FORWARD, 92), (BACK, 100)], ids=str)
def test_a_day_has_as_many_quarter_hours_as_it_really_has(day, length):
    quarters = quarters_of_day(day)
    assert len(quarters) == length
    assert {day_of(quarter) for quarter in quarters} == {day}
    assert all(quarter_of(moment_of(quarter)) == quarter for quarter in quarters)


def test_the_hour_that_does_not_exist_is_not_offered():
    night = quarters_between(FORWARD, time(1, 30), time(3, 30))
    assert clocks(night) == ["01:30", "01:45", "03:00", "03:15"]
    assert list(runs(night)) == [night], "what follows each other on the clock's face follows each other"


def test_the_hour_that_exists_twice_is_offered_twice_and_told_apart():
    night = quarters_between(BACK, time(1, 45), time(3, 15))
    assert clocks(night) == [
        "01:45", "02:00 (UTC+2)", "02:15 (UTC+2)", "02:30 (UTC+2)", "02:45 (UTC+2)",
        "02:00 (UTC+1)", "02:15 (UTC+1)", "02:30 (UTC+1)", "02:45 (UTC+1)", "03:00",
    ]  # fmt: skip
    assert len(set(night)) == len(night)
    assert list(runs(night)) == [night]


@pytest.mark.parametrize(
    ("day", "opens", "closes", "offered"),
    [
        (FORWARD, time(2, 30), time(3, 30), ["03:00", "03:15"]),
        (FORWARD, time(1, 30), time(2, 30), ["01:30", "01:45"]),
        (BACK, time(1, 30), time(2, 30), ["01:30", "01:45", "02:00 (UTC+2)", "02:15 (UTC+2)"]),
    ],
    ids=["opens in the gap", "closes in the gap", "closes at the first of two"],
)
def test_a_desk_that_opens_or_closes_at_such_a_time(day, opens, closes, offered):
    assert clocks(quarters_between(day, opens, closes)) == offered


def test_what_does_not_fit_wholly_is_not_offered():
    assert clocks(quarters_between(date(2027, 5, 4), time(9, 5), time(9, 50))) == ["09:15", "09:30"]


@pytest.mark.django_db
def test_the_same_wall_time_twice_is_two_bookings():
    with time_machine.travel(MONDAY.replace(month=10, day=29), tick=False):
        desk, topic = desk_open(time(1), time(4)), topic_of(quarters=2)
        first, second = at(BACK, "02:15"), at(BACK, "02:15", fold=1)
        assert second - first == 4
        assert [book(desk, topic, quarter).quarter for quarter in (first, second)] == [first, second]


@pytest.mark.django_db
def test_an_hour_over_the_change_lasts_an_hour():
    with time_machine.travel(MONDAY.replace(year=2028, day=24), tick=False):
        desk, topic = desk_open(time(1), time(5)), topic_of(quarters=4)
        booked = book(desk, topic, at(FORWARD, "01:30"))
    assert (booked.ends_at - booked.starts_at).total_seconds() == 3600
    assert clock(booked.quarter + booked.quarters) == "03:30"


@pytest.mark.django_db
@time_machine.travel(MONDAY, tick=False)
def test_a_day_is_laid_end_to_end_around_what_is_taken():
    desk, topic = desk_open(time(9), time(11)), topic_of(quarters=2)
    day = MONDAY.date()
    book(desk, topic, at(day, "09:45"))
    free = Diary(desk, day, day).free(day, 2)
    assert [slot.clock for slot in free] == ["09:00", "10:15"]
    assert [slot.clock for slot in Diary(desk, day, day).free(day, 3)] == ["09:00", "10:15"]


@pytest.mark.django_db
@time_machine.travel(MONDAY, tick=False)
def test_on_a_public_holiday_no_desk_is_open():
    desk, topic = desk_open(time(9), time(10), days=range(6)), topic_of(quarters=4)
    sunday, easter_monday = date(2027, 3, 28), date(2027, 3, 29)
    diary = Diary(desk, sunday, date(2027, 3, 30))
    assert diary.open_quarters(easter_monday) == []
    assert [day for day, _slots in diary.days(4)] == [date(2027, 3, 30)]
    with override("en"):
        told = [(day, str(name)) for day, name in diary.holidays_between(sunday, date(2027, 3, 30))]
    assert told == [(easter_monday, "Easter Monday")], "on Sundays it is closed anyway"
    with pytest.raises(NotBookable, match="holiday"):
        book(desk, topic, at(easter_monday, "09:00"))
    DeskClosure.objects.create(desk=desk, first_day=sunday, last_day=easter_monday, reason="Ferie")
    assert Diary(desk, sunday, easter_monday).holidays_between(sunday, easter_monday) == []


@pytest.mark.django_db
@time_machine.travel(MONDAY, tick=False)
def test_many_desks_are_read_for_as_many_queries_as_one(django_assert_num_queries):
    topic, day = topic_of(quarters=2), MONDAY.date()
    desks = [desk_open(time(9), time(11), name=f"Sportello {number}", counters=2) for number in range(3)]
    for _counter in range(2):
        book(desks[0], topic, at(day, "09:00"))
    desks = list(Desk.objects.filter(pk__in=[desk.pk for desk in desks]).prefetch_related("hours"))
    with django_assert_num_queries(4):
        entries = Entries(desks, day, day)
        first = [Diary(desk, day, day, entries=entries).first_free(2).clock for desk in desks]
    assert first == ["09:30", "09:00", "09:00"]


@pytest.mark.django_db
@time_machine.travel(MONDAY, tick=False)
def test_what_is_free_at_a_counter_is_told_from_when_to_when():
    desk, topic = desk_open(time(9), time(11)), topic_of(quarters=2)
    (counter,) = desk.counters.all()
    day = MONDAY.date()
    book(desk, topic, at(day, "09:45"))
    diary = Diary(desk, day, day)
    assert diary.free_spans(day) == {counter.pk: [("09:00", "09:45"), ("10:15", "11:00")]}
    assert diary.free_spans(day, earliest=at(day, "10:30")) == {counter.pk: [("10:30", "11:00")]}


@pytest.mark.django_db
@time_machine.travel(MONDAY, tick=False)
def test_a_language_is_spoken_on_its_days_and_its_counter_is_kept_for_it():
    desk = desk_open(counters=2)
    one, two = desk.counters.all()
    speaks(one, 0, "ar", "fr")
    speaks(two, 0)
    day = MONDAY.date()
    diary = Diary(desk, day, day)
    assert diary.counters_on(day) == [two, one], "whoever speaks Italian only is taken first"
    assert diary.counters_on(day, "ar") == [one]
    assert diary.languages() == {"it", "ar", "fr"}
    assert Diary(desk, *[date(2027, 3, 2)] * 2).counters_on(date(2027, 3, 2)) == [], (
        "nobody sits there on Tuesday"
    )
