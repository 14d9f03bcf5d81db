"""Hints may be lost, on purpose and by accident; what has moved is learnt all the same."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone
from websockets.exceptions import ConnectionClosed

from portal.events import record
from portal.events.dispatch import drain
from portal.events.models import Event
from portal.extensions import EventSink, LiveTopic
from portal.live import hints, positions, watch
from portal.live.models import LivePosition
from portal.live.positions import SETTLED, advance, seen_by_page
from portal.testing.factories import UserFactory
from tests.harness.races import size
from tests.portal.live.sockets import (
    Server,
    about,
    ask,
    eventually,
    hear,
    is_quiet,
    position_of,
    say,
    write_about,
)


@pytest.fixture
def deaf_layer(monkeypatch):
    """The channel layer loses every hint."""
    monkeypatch.setattr(hints, "send", lambda numbers: None)


# -- when it is told ------------------------------------------------------------------------------------------------


@pytest.fixture
def told(declare, note_kind, monkeypatch) -> list[str]:
    """The topics hinted at, in order."""
    for key, derived in (("tests.fact", False), ("tests.made", True)):
        declare(
            LiveTopic(
                key=key,
                kinds=(note_kind,),
                identifiers=lambda event: [event.object_id],
                allows=lambda user, identifier: True,
                derived=derived,
            )
        )
    drain()
    steps: list[str] = []
    monkeypatch.setattr(hints, "send", steps.extend)
    return steps


@pytest.mark.django_db
def test_what_a_fact_touches_is_told_first_and_what_follows_from_it_after(
    note_kind, told, django_capture_on_commit_callbacks
):
    anna = UserFactory()
    record(note_kind, anna)
    record(note_kind, anna)
    with django_capture_on_commit_callbacks(execute=True):
        drain()

    fact, made = f"tests.fact:{anna.pk}", f"tests.made:{anna.pk}"
    assert told == [fact, made, made], "one hint for both facts, and before what is made of the first"
    assert position_of(fact) >= Event.objects.latest("pk").pk


@pytest.mark.django_db
def test_what_could_not_be_announced_is_told_all_the_same(
    note_kind, told, declare, django_capture_on_commit_callbacks
):
    declare(EventSink(key="tests.broken", announce=lambda events: 1 / 0, receive=lambda event: None))
    anna = UserFactory()
    record(note_kind, anna)
    with django_capture_on_commit_callbacks(execute=True):
        drain()

    assert {f"tests.fact:{anna.pk}", f"tests.made:{anna.pk}"} <= set(told)


# -- the socket -----------------------------------------------------------------------------------------------------


def test_who_was_away_learns_at_once_what_moved_meanwhile(portal, note, anna, bruno):
    browser = portal.browser_of(anna)
    with browser.socket() as before:
        seen = {topic: ask(before, topic)["event"] for topic in (about(anna), about(bruno))}
    for _ in range(3):
        latest = write_about(anna)

    hers = portal.socket_of(anna, browser=browser)

    assert ask(hers, about(anna), seen=seen[about(anna)]) == {"topic": about(anna), "event": latest.pk}
    say(hers, {"subscribe": about(bruno), "seen": seen[about(bruno)]})
    assert is_quiet(hers), "what has not moved is not asked for again"


def test_who_has_seen_it_all_hears_nothing_until_it_moves(portal, note, anna):
    write_about(anna)
    hers = portal.socket_of(anna)

    say(hers, {"subscribe": about(anna), "seen": position_of(about(anna))})

    assert is_quiet(hers)
    assert write_about(anna).pk == hear(hers)["event"]


def test_a_server_that_starts_again_knows_where_everything_stands(shared_db, note, anna):
    with Server() as first:
        seen = ask(first.socket_of(anna), about(anna))["event"]
    latest = write_about(anna)

    with Server() as second:
        assert ask(second.socket_of(anna), about(anna), seen=seen)["event"] == latest.pk


def test_a_hint_that_is_lost_is_only_late(deaf_layer, portal, note, anna):
    hers = portal.socket_of(anna, about(anna))

    latest = write_about(anna)

    with eventually(within=watch.EVERY + 1):
        assert hear(hers) == {"topic": about(anna), "event": latest.pk}


def test_it_is_told_once_though_the_hint_and_the_watch_both_know(quick_watch, portal, note, anna):
    hers = portal.socket_of(anna, about(anna))

    latest = write_about(anna)

    assert hear(hers)["event"] == latest.pk
    assert is_quiet(hers, 3 * quick_watch), "the watch has been round"


def test_a_database_that_was_away_leaves_nobody_behind(
    quick_watch, deaf_layer, portal, note, anna, monkeypatch
):
    """The watch fails for longer than what counts as lately; then it asks from where it stopped."""
    hers = portal.socket_of(anna, about(anna))
    moved_since, away = positions.moved_since, threading.Event()

    def answer(moment):
        if away.is_set():
            raise OSError("no database")
        return moved_since(moment)

    monkeypatch.setattr(positions, "moved_since", answer)
    monkeypatch.setattr(positions, "SETTLED", timedelta(seconds=0.1))
    away.set()
    latest = write_about(anna)
    assert is_quiet(hers, 5 * quick_watch)

    away.clear()

    assert hear(hers)["event"] == latest.pk


def test_however_the_connection_breaks_the_last_word_arrives(portal, note, anna):
    """A phone in a lift: it loses the connection again and again while much happens, and knows in the end."""
    rounds = size(3, 60)
    browser = portal.browser_of(anna)
    dice = random.Random(20)
    for _ in range(rounds):
        seen, over = -1, threading.Event()

        def much_happens(over=over):
            try:
                for _ in range(15):
                    write_about(anna)
            finally:
                connections.close_all()
                over.set()

        writer = threading.Thread(target=much_happens)
        writer.start()
        while not over.is_set() or seen < position_of(about(anna)):
            with browser.socket() as opened:
                say(opened, {"subscribe": about(anna), "seen": seen})
                try:
                    for _ in range(dice.randint(0, 3)):
                        number = hear(opened, within=dice.choice([0.01, 0.1]))["event"]
                        assert number > seen, "nothing twice"
                        seen = number
                except (TimeoutError, ConnectionClosed):
                    pass
        writer.join()

        assert seen == position_of(about(anna))


# -- the numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_fact_that_was_committed_late_still_moves_the_topic():
    """Its id was taken early and its transaction took longer: who saw the other must not take it for old."""
    assert advance(["tests.note:1"], 20) == {"tests.note:1": 20}
    assert advance(["tests.note:1"], 19) == {"tests.note:1": 21}
    assert advance(["tests.note:1"], 30) == {"tests.note:1": 30}


def test_two_at_once_give_two_numbers(races):
    topics = ["tests.note:1", "tests.note:2"]
    for number in range(1, min(races.rounds, 20)):

        def move(topics, number=number):
            with transaction.atomic():
                return advance(topics, number)

        before = position_of(topics[0])
        outcomes = races.together(*(lambda t=t: move(t) for t in (topics, topics[::-1], topics)))

        assert len({outcome["tests.note:1"] for outcome in outcomes}) == 3
        assert position_of(topics[0]) >= before + 3


@pytest.mark.django_db
def test_a_page_claims_to_have_seen_only_what_it_surely_has():
    """What moved while the page was being made may not be on it: at worst it asks once more."""
    LivePosition.objects.create(topic="tests.note:new", event_id=7)
    LivePosition.objects.create(topic="tests.note:old", event_id=7)
    LivePosition.objects.filter(topic="tests.note:old").update(changed_at=timezone.now() - SETTLED * 2)

    assert seen_by_page(["tests.note:new", "tests.note:old", "tests.note:never"]) == {
        "tests.note:new": 6,
        "tests.note:old": 7,
        "tests.note:never": 0,
    }
