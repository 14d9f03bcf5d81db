"""Whatever process dies at whatever step: each is told once by each channel, and late at worst.

Real processes, killed with SIGKILL; what they leave behind is picked up as the ticker would.
"""

from __future__ import annotations

import os
import random
import threading
import time

import pytest
from django.db import connections

from portal.events import dispatch, recording
from portal.events.models import Event
from portal.extensions import EventSink, LiveTopic, NotificationKind, register
from portal.live import hints
from portal.live.positions import positions_of
from portal.notifications.models import Notification
from portal.people.models import User
from portal.tasks.worker import work_off
from portal.testing.factories import HouseholdFactory, UserFactory
from tests.harness.kills import KILLS, die, dies
from tests.harness.server import PortalServer

FACTS = 4  # that the process that dies states


@pytest.fixture
def readers(races) -> list[User]:
    return UserFactory.create_batch(3)


@pytest.fixture
def anna(races) -> User:
    return UserFactory(email=None)


@pytest.fixture
def news(declare, note_kind, readers) -> str:
    """The kind of a fact that all readers are told of by both channels, and that moves a topic."""
    declare(
        NotificationKind(
            key=note_kind,
            recipients=lambda event: User.objects.filter(pk__in=[reader.pk for reader in readers]),
            title=lambda event: "News",
            url=lambda event: "/casa/",
        ),
        LiveTopic(
            key="tests.note",
            kinds=(note_kind,),
            identifiers=lambda event: [event.object_id],
            allows=lambda user, identifier: True,
        ),
    )
    return note_kind


def outcome_of(events, readers, mailoutbox) -> None:
    """All that has to follow from the facts has, and once."""
    everybody = sorted((reader.pk, channel) for reader in readers for channel in ("email", "inbox"))
    for event in events:
        event.refresh_from_db()
        assert event.dispatched_at is not None
        assert sorted(Notification.objects.filter(event=event).values_list("person", "channel")) == everybody
    work_off()
    written_to = sorted(message.to[0] for message in mailoutbox)
    assert written_to == sorted(reader.email for reader in readers for _ in events)
    assert len({message.extra_headers["Message-ID"] for message in mailoutbox}) == len(mailoutbox)


def die_at(step: str, turn: int) -> None:
    """Arrange that this process dies at that step, when it comes there for the so-and-so-many-th time."""
    turns = iter(range(1, turn + 1))

    def maybe(*args, **kwargs):
        if next(turns) == turn:
            die()

    if step == "committed, and nobody woken":
        wake = recording.wake
        recording.wake = lambda: (maybe(), wake())
    elif step == "the hints to be sent":
        send = hints.send
        hints.send = lambda numbers: (maybe(), send(numbers))
    elif step == "being announced":
        register(EventSink(key="tests.end", announce=maybe, receive=lambda event: None))
    else:
        order = {
            "taken from the outbox": -1,
            "told, and not yet hinted at": 15,
            "taken by every sink": 10_000,
        }[step]
        register(EventSink(key="tests.end", receive=maybe, order=order))


@pytest.mark.parametrize(
    "step",
    [
        "committed, and nobody woken",
        "being announced",
        "taken from the outbox",
        "told, and not yet hinted at",
        "taken by every sink",
        "the hints to be sent",
    ],
)
def test_a_process_dies_and_another_picks_up(races, news, anna, readers, mailoutbox, step):
    dice = random.Random(step)
    for _ in range(KILLS):
        mailoutbox.clear()
        before = set(Event.objects.values_list("pk", flat=True))

        turn = dice.randint(1, FACTS)

        def state_facts(turn=turn):
            die_at(step, turn)
            for _ in range(FACTS):
                recording.record(news, anna, by=anna)

        assert dies(state_facts)

        dispatch.drain()
        events = list(Event.objects.exclude(pk__in=before).order_by("pk"))
        assert 1 <= len(events) <= FACTS
        outcome_of(events, readers, mailoutbox)
        hers = f"tests.note:{anna.pk}"
        assert positions_of({hers})[hers] >= events[-1].pk


def test_one_dies_while_another_is_at_the_same_work(races, news, anna, readers, mailoutbox, monkeypatch):
    """The one that lives neither waits for ever for what the other held nor takes it twice."""
    for _ in range(KILLS):
        mailoutbox.clear()
        monkeypatch.setattr(recording, "wake", lambda: None)
        events = [recording.record(news, anna, by=anna) for _ in range(FACTS)]
        reading, writing = os.pipe()

        def die_holding(writing=writing):
            def hold(event):
                os.write(writing, b"!")
                time.sleep(0.2)
                die()

            register(EventSink(key="tests.holder", receive=hold, order=10_000))
            dispatch.drain()

        def drain_beside(reading=reading):
            os.read(reading, 1)
            try:
                dispatch.drain()
            finally:
                connections.close_all()

        beside = threading.Thread(target=drain_beside)
        beside.start()
        assert dies(die_holding)
        beside.join(30)
        assert not beside.is_alive()
        os.close(reading)
        os.close(writing)

        dispatch.drain()
        outcome_of(events, readers, mailoutbox)


def test_dispatchers_that_race_tell_each_once(races, news, anna, readers, mailoutbox, monkeypatch):
    monkeypatch.setattr(recording, "wake", lambda: None)
    events = []
    for _ in range(races.rounds):
        events.append(recording.record(news, anna, by=anna))
        races.together(dispatch.drain, dispatch.drain, dispatch.drain)

    outcome_of(events, readers, mailoutbox)


def test_after_a_power_cut_the_portal_starts_and_nothing_is_missing(committed_db, monkeypatch):
    """As an operator sees it: the process is gone between commit and dispatch, and the portal is started again."""
    home, person = HouseholdFactory(), UserFactory()
    monkeypatch.setattr(recording, "wake", die)
    assert dies(lambda: home.add(person, by=None))
    assert home.members.filter(person=person).exists()
    (fact,) = Event.objects.filter(dispatched_at=None)

    portal = PortalServer(committed_db)
    try:
        portal.start()
        deadline = time.monotonic() + 10
        while fact.dispatched_at is None:
            assert time.monotonic() < deadline, "nobody picked it up"
            time.sleep(0.1)
            fact.refresh_from_db()
    finally:
        portal.kill()
