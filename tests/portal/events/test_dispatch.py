"""From the outbox to the sinks: nothing is lost, whoever fails or dies on the way."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.events import record
from portal.events.dispatch import drain
from portal.events.models import Event
from portal.extensions import EventSink, Schedule, find
from portal.tasks import ticker
from portal.tasks.ticker import run_due_schedules
from portal.testing.factories import UserFactory


@pytest.fixture
def taken(declare):
    """The ids of the events that a sink took, in order."""
    ids = []
    declare(EventSink(key="tests.taker", receive=lambda event: ids.append(event.pk), order=900))
    return ids


@pytest.fixture
def anna():
    return UserFactory()


def make_due():
    Event.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_fact_is_dispatched_after_the_commit_and_not_before(note_kind, taken, anna, committing):
    with committing():
        event = record(note_kind, anna, by=anna)
        assert taken == []

    assert taken == [event.pk]
    event.refresh_from_db()
    assert event.dispatched_at is not None


@pytest.mark.django_db
def test_what_is_rolled_back_never_was(note_kind, taken, anna, committing):
    with committing(), transaction.atomic():
        record(note_kind, anna)
        transaction.set_rollback(True)

    assert taken == []
    assert not Event.objects.filter(kind=note_kind).exists()


@pytest.mark.django_db
def test_facts_are_dispatched_in_their_order_and_once(note_kind, taken, anna):
    events = [record(note_kind, anna) for _ in range(3)]

    assert drain() >= 3
    assert drain() == 0
    assert taken == [event.pk for event in events]


@pytest.mark.django_db
def test_a_sink_that_fails_loses_no_event_and_holds_nobody_up(note_kind, taken, anna, declare):
    calls = []

    def stumble_once(event):
        calls.append(event.pk)
        if len(calls) == 1:
            raise ConnectionError

    declare(EventSink(key="tests.stumbler", receive=stumble_once, order=1))
    event = record(note_kind, anna)

    drain()
    event.refresh_from_db()
    assert taken == [event.pk], "the other sink has it"
    assert event.dispatched_at is None
    assert event.next_attempt_at > timezone.now()

    drain()
    assert len(calls) == 1, "not before its time"

    make_due()
    drain()
    event.refresh_from_db()
    assert calls == [event.pk, event.pk]
    assert event.dispatched_at is not None


@pytest.mark.django_db
def test_all_that_waits_is_announced_before_a_sink_takes_the_first(note_kind, anna, declare):
    steps = []
    declare(
        EventSink(
            key="tests.herald",
            announce=lambda events: steps.append([event.pk for event in events]),
            receive=lambda event: steps.append((event.pk, event.announced_at is not None)),
        )
    )
    drain()
    steps.clear()
    first, second = record(note_kind, anna), record(note_kind, anna)

    drain()
    assert steps == [[first.pk, second.pk], (first.pk, True), (second.pk, True)]


@pytest.mark.django_db
def test_who_cannot_announce_is_told_by_what_it_receives(note_kind, taken, anna, declare):
    seen = []

    def stumble(events):
        if events:
            UserFactory(username="half-written")
            raise ConnectionError

    declare(
        EventSink(key="tests.herald", announce=stumble, receive=lambda event: seen.append(event.announced_at))
    )
    drain()
    seen.clear()
    event = record(note_kind, anna)

    drain()
    assert (seen, taken[-1]) == ([None], event.pk)
    assert not type(anna).objects.filter(username="half-written").exists()


@pytest.mark.django_db
def test_what_a_failing_sink_wrote_is_taken_back(note_kind, anna, declare):
    def write_and_fail(event):
        UserFactory(username="half-written")
        raise ValueError

    declare(EventSink(key="tests.half", receive=write_and_fail))
    record(note_kind, anna)
    drain()

    assert not type(anna).objects.filter(username="half-written").exists()


@pytest.mark.django_db
def test_the_waits_grow(note_kind, anna, declare):
    declare(EventSink(key="tests.broken", receive=lambda event: 1 / 0))
    event = record(note_kind, anna)
    waits = []
    for _ in range(4):
        make_due()
        drain()
        event.refresh_from_db()
        waits.append(event.next_attempt_at - timezone.now())

    assert waits == sorted(waits)
    assert waits[-1] > 3 * waits[0]


@pytest.mark.django_db
def test_the_ticker_picks_up_what_a_crash_left_behind(note_kind, taken, anna, monkeypatch):
    outbox = find(Schedule, "portal.outbox")
    monkeypatch.setattr(ticker, "declared", lambda kind: (outbox,))
    event = record(note_kind, anna)  # the commit's callback never comes: the process is dead
    assert taken == []

    run_due_schedules()

    assert taken == [event.pk]


@pytest.mark.django_db
def test_looking_into_an_empty_outbox_opens_no_transaction(anna):
    drain()
    with CaptureQueriesContext(connection) as queries:
        drain()
    assert len(queries) == 1


def test_several_dispatchers_offer_an_event_once(races, note_kind, taken):
    anna = UserFactory()
    drain()
    for _ in range(min(races.rounds, 15)):
        taken.clear()
        ids = [record(note_kind, anna).pk for _ in range(5)]

        races.together(drain, drain, drain)

        assert sorted(taken) == ids
