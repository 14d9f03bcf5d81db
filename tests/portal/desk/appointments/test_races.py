"""Many who want the same time at the same moment, on a database whose commits are real."""

import multiprocessing
import uuid
from collections import Counter as Tally
from datetime import time, timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from portal.desk.appointments.models import (
    OPEN_BY_CONTACT,
    Appointment,
    AppointmentCell,
    SlotTaken,
    TooManyOpen,
    WaitingPlace,
)
from tests.harness.races import size

# By its whole name, by which a process of its own finds it.
from tests.portal.desk.appointments import crowd
from tests.portal.desk.appointments.crowd import free_times

from .town import book, desk_open, topic_of, wait

PROCESSES, BOOKINGS = size(2, 8), size(40, 2000)


def assert_nothing_is_booked_twice():
    standing = Appointment.objects.exclude(state="cancelled")
    wanted = Tally(
        (row.counter_id, quarter)
        for row in standing
        for quarter in range(row.quarter, row.quarter + row.quarters)
    )
    assert not [cell for cell, times in wanted.items() if times > 1]
    # What is kept for somebody who waits is nobody's yet.
    booked = AppointmentCell.objects.filter(place=None)
    assert set(wanted) == set(booked.values_list("counter_id", "quarter"))


def test_of_two_who_want_the_last_time_one_gets_it(races):
    desk, topic = desk_open(time(9), time(20)), topic_of(1)
    for quarter in free_times(desk, topic, 6)[: races.rounds]:
        outcomes = races.together(*[lambda q=quarter: book(desk, topic, q)] * 2)
        assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == 1, outcomes
    assert_nothing_is_booked_twice()


def test_a_form_that_is_sent_twice_at_once_books_once(races):
    # Two counters are free: only the number of the form keeps the second away.
    desk, topic = desk_open(time(9), time(20), counters=2), topic_of(2)
    told = {"name": "Sofia", "email": ""}
    for quarter in free_times(desk, topic, 3)[: races.rounds // 2 : 2]:
        form = uuid.uuid4()
        outcomes = races.together(
            *[lambda q=quarter, f=form: book(desk, topic, q, client_id=f, **told).pk] * 2
        )
        assert outcomes[0] == outcomes[1], outcomes
    assert_nothing_is_booked_twice()


def test_who_sends_many_forms_at_once_gets_no_more_than_one_contact_may_have(races):
    desk, topic = desk_open(time(9), time(20), counters=2), topic_of(1)
    times = iter(free_times(desk, topic, 6))
    for number in range(races.rounds // 10):
        told = {"email": f"una{number}@abitare.example", "phone": f"+39020000{number:04}"}
        for _before in range(OPEN_BY_CONTACT - 1):
            book(desk, topic, next(times), **told)
        # With the number or without, in large letters or in small: it is one address.
        ways = [told, told, {**told, "phone": ""}, {**told, "email": told["email"].upper()}]
        outcomes = races.together(*[partial(book, desk, topic, next(times), **way) for way in ways])
        assert sum(isinstance(outcome, TooManyOpen) for outcome in outcomes) == 3, outcomes
    assert_nothing_is_booked_twice()


def test_the_last_form_that_a_contact_may_send_is_no_second_one_when_it_is_repeated_at_once(races):
    desk, topic, told = desk_open(time(9), time(20)), topic_of(1), {"email": "una@abitare.example"}
    times = free_times(desk, topic, 1)
    for number in range(OPEN_BY_CONTACT - 1):
        book(desk, topic, times[number], **told)
    form = {"client_id": uuid.uuid4(), "name": "Una", **told}

    outcomes = races.together(*[lambda: book(desk, topic, times[OPEN_BY_CONTACT], **form).pk] * 4)

    assert len(set(outcomes)) == 1, outcomes


def test_two_who_move_into_each_others_time_both_keep_one(races):
    desk, topic = desk_open(time(9), time(20)), topic_of(2)
    times = free_times(desk, topic, 1)
    for _round in range(races.rounds // 10):
        one, two = book(desk, topic, times[0]), book(desk, topic, times[4])
        races.together(lambda a=one, b=two: a.move(b.quarter), lambda a=two, b=one: a.move(b.quarter))
        assert_nothing_is_booked_twice()
        for row in (one, two):
            Appointment.objects.get(pk=row.pk).cancel()


def test_a_freed_time_goes_to_one_of_those_who_wait_or_to_nobody_else(races):
    desk, topic = desk_open(time(9), time(20)), topic_of(2)
    times = free_times(desk, topic, 3)
    for number in range(races.rounds // 10):
        booked, place = book(desk, topic, times[number * 2]), wait(desk, topic)
        races.together(booked.cancel, lambda q=booked.quarter: book(desk, topic, q))
        place = WaitingPlace.objects.get(pk=place.pk)
        taken = Appointment.objects.exclude(state="cancelled").filter(quarter=times[number * 2]).count()
        assert (place.state == "offered") + taken == 1
        if place.state == "offered":
            outcomes = races.together(place.accept, place.accept)
            assert len({outcome.pk for outcome in outcomes}) == 1, outcomes
        else:
            place.leave()
    assert_nothing_is_booked_twice()


def test_at_the_end_of_an_offer_the_time_is_theirs_or_somebody_elses_and_never_both(races):
    desk, topic = (
        desk_open(time(9), time(9, 30)),
        topic_of(2),
    )  # one time a day: what is freed is what is offered
    times = free_times(desk, topic, 20)
    for number in range(races.rounds):
        quarter = times[number % len(times)]
        booked, place = book(desk, topic, quarter), wait(desk, topic)
        booked.cancel()
        place.refresh_from_db()
        # It ends while both are at it.
        WaitingPlace.objects.filter(pk=place.pk).update(
            offer_until=timezone.now() + timedelta(milliseconds=2 * (number % 10))
        )
        outcomes = races.together(place.accept, lambda q=quarter: book(desk, topic, q))
        assert sum(isinstance(outcome, Appointment) for outcome in outcomes) <= 1, outcomes
        assert_nothing_is_booked_twice()
        for row in Appointment.objects.booked():
            row.cancel()
        WaitingPlace.objects.all().delete()


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="a file has one writer: PostgreSQL has the race"
)
def test_processes_that_book_at_once_never_get_one_time_twice(committed_db):
    """In `make soak` 2,000 bookings by 8 processes: for 20 days at two counters, so that most are refused."""
    desk, topic = desk_open(time(9), time(19), counters=2, horizon_weeks=8), topic_of(2)
    spawn = multiprocessing.get_context("spawn")
    outcomes = spawn.Queue()
    workers = [
        spawn.Process(
            target=crowd.book_many,
            args=(committed_db.name, desk.pk, topic.pk, seed, BOOKINGS // PROCESSES, outcomes),
        )
        for seed in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    told = sum((Tally(outcomes.get(timeout=size(120, 580))) for _worker in workers), Tally())
    for worker in workers:
        worker.join()
    print(f"{BOOKINGS} bookings by {PROCESSES} processes: {dict(told)}")  # noqa: T201
    assert set(told) <= {"booked", "moved", "taken"}, told
    assert told["booked"] == Appointment.objects.count()
    assert told["booked"] + told["taken"] >= BOOKINGS
    assert_nothing_is_booked_twice()
