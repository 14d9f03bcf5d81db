"""What a hint makes many sockets ask is answered together."""

import asyncio
import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from portal.live import questions, watch
from portal.live.positions import advance
from portal.live.watch import SIGNED_OUT, Pass
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from tests.portal.live.sockets import about, refused


def signed_in(person) -> Pass:
    browser = Browser()
    browser.force_login(person, backend="portal.people.backends.EmailBackend")
    return Pass.of(person, browser.session.session_key)


def asked(*wanted: questions.Question) -> list:
    """The answers to what is asked in the same moment; an exception in the place of one that has none."""

    async def all_of_them():
        return await asyncio.gather(
            *(questions.ask(entry, topic) for entry, topic in wanted), return_exceptions=True
        )

    return asyncio.run(all_of_them())


@pytest.fixture
def rounds(monkeypatch):
    """What was asked in each round of answers."""
    rounds, answers = [], questions._answers

    def noted(wanted):
        rounds.append(wanted)
        return answers(wanted)

    monkeypatch.setattr(questions, "_answers", noted)
    return rounds


@pytest.mark.django_db
def test_three_queries_answer_all_who_ask_of_a_topic(note):
    anna = UserFactory()
    passes = [signed_in(person) for person in UserFactory.create_batch(20)]
    number = advance([about(anna)], 7)[about(anna)]
    wanted = [(entry, about(anna)) for entry in passes]

    with CaptureQueriesContext(connection) as queries:
        answers = questions._answers(wanted)

    assert answers == dict.fromkeys(wanted, (None, number))
    assert len(queries) == 3, "sessions, people and numbers"


def test_who_asks_in_the_same_moment_is_answered_in_one_round(note, shared_db, rounds):
    passes = [signed_in(person) for person in UserFactory.create_batch(10)]

    assert asked(*((entry, f"{note}:1") for entry in passes)) == [(None, 0)] * 10
    assert len(rounds) == 1


def test_each_gets_the_answer_that_is_theirs(note, shared_db):
    anna, bruno, carla = UserFactory.create_batch(3)
    hers, his, gone = map(signed_in, (anna, bruno, carla))
    refused.add(bruno.pk)
    Session.objects.filter(session_key=gone.session_key).delete()

    answers = asked((hers, about(anna)), (his, about(anna)), (gone, about(anna)), (hers, f"{note}:stumble"))

    assert answers == [(None, 0), (None, None), (SIGNED_OUT, None), (None, None)]


def test_many_questions_are_answered_some_at_a_time(note, shared_db, rounds, monkeypatch):
    monkeypatch.setattr(questions, "MANY", 3)
    entry = signed_in(UserFactory())

    assert asked(*((entry, f"{note}:{number}") for number in range(8))) == [(None, 0)] * 8
    assert sorted(map(len, rounds)) == [2, 3, 3]


def test_when_the_database_is_away_each_who_asked_learns_it_and_may_ask_again(note, shared_db, monkeypatch):
    def away(passes):
        raise DatabaseError("away")

    entry = signed_in(UserFactory())
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(watch, "verdicts", away)
        failed = asked((entry, f"{note}:1"), (entry, f"{note}:1"), (entry, f"{note}:2"))

    assert [type(answer) for answer in failed] == [DatabaseError] * 3
    assert asked((entry, f"{note}:1")) == [(None, 0)]


def test_a_socket_that_goes_takes_the_answer_from_nobody(monkeypatch):
    async def one_goes():
        goes, stays = (asyncio.create_task(questions.ask(None, "same:1")) for _ in range(2))
        await asyncio.sleep(0)
        goes.cancel()
        return await asyncio.gather(goes, stays, return_exceptions=True)

    monkeypatch.setattr(questions, "_answers", lambda wanted: dict.fromkeys(wanted, (None, 1)))
    gone, stayed = asyncio.run(one_goes())
    assert isinstance(gone, asyncio.CancelledError)
    assert stayed == (None, 1)
    assert not questions._rounds
    assert not questions._waiting, "nothing is kept of a loop that has ended"


def test_a_question_that_takes_its_time_holds_no_other_up(monkeypatch):
    go_on = threading.Event()

    def answers(wanted):
        if wanted[0][1] == "slow:1":
            assert go_on.wait(10)
        return dict.fromkeys(wanted, (None, 1))

    async def slow_then_quick():
        slow = asyncio.create_task(questions.ask(None, "slow:1"))
        await asyncio.sleep(0.1)
        quick = [await questions.ask(None, f"quick:{number}") for number in range(3)]
        is_still_asking = not slow.done()
        go_on.set()
        return quick, is_still_asking, await slow

    monkeypatch.setattr(questions, "_answers", answers)
    assert asyncio.run(slow_then_quick()) == ([(None, 1)] * 3, True, (None, 1))
