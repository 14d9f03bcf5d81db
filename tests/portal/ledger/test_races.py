"""Many who post at once, and processes that die while they do, on a database whose commits are real."""

import multiprocessing
import random
import threading
import time
import uuid

import pytest
from django.db import transaction

from portal.ledger import (
    AlreadyReversed,
    KeyTaken,
    LedgerBook,
    LedgerEntry,
    LedgerPosting,
    LimitReached,
    verify,
)
from tests.harness.kills import KILLS, die, dies
from tests.harness.races import size

# By its whole name, by which a process of its own finds it.
from tests.portal.ledger import crowd

PROCESSES, EXCHANGES = size(2, 8), size(25, 500)


@pytest.fixture
def hours(committed_db):
    return LedgerBook.named("tests.hours", unit="minutes")


@pytest.fixture
def pair(hours):
    return hours.account("anna"), hours.account("bruno")


def assert_sound(book):
    assert list(verify(book)) == []
    replayed = book.replay()
    assert sum(replayed.values()) == 0
    assert replayed == {account.code: account.balance() for account in book.accounts.all()}


def test_processes_that_send_everything_twice_post_it_once(committed_db, hours):
    """In `make soak` 8 processes, each with 500 double submissions of the same exchanges."""
    spawn = multiprocessing.get_context("spawn")
    outcomes = spawn.Queue()
    workers = [
        spawn.Process(target=crowd.submit_twice, args=(committed_db.name, seed, EXCHANGES, outcomes))
        for seed in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    told = [outcomes.get(timeout=size(120, 580)) for _worker in workers]
    for worker in workers:
        worker.join()

    # Each process was given the same entry for the same key, both times.
    assert told == [dict.fromkeys(range(1, EXCHANGES + 1), 2)] * PROCESSES
    assert LedgerEntry.objects.count() == EXCHANGES
    assert_sound(hours)
    print(f"{PROCESSES} processes x {EXCHANGES} double submissions: {EXCHANGES} entries")  # noqa: T201


def test_who_gives_and_who_receives_at_once_do_not_wait_for_each_other_for_ever(races, hours, pair):
    anna, bruno = pair

    def give(giver, receiver):
        return hours.post(key=uuid.uuid4(), kind="exchange", postings=[(giver, 30), (receiver, -30)]).number

    for _round in range(races.rounds):
        outcomes = races.together(
            lambda: give(anna, bruno), lambda: give(bruno, anna), lambda: give(anna, bruno)
        )
        assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    assert hours.entries.count() == 3 * races.rounds
    assert_sound(hours)


def test_of_two_who_take_the_last_hours_one_gets_them(races, hours, pair):
    anna, bruno = pair
    for number in range(races.rounds):
        bruno.limit(lowest=bruno.balance() - 30, highest=None)
        outcomes = races.together(
            *[
                lambda key=f"{number}-{turn}": hours.post(
                    key=key, kind="exchange", postings=[(anna, 30), (bruno, -30)]
                )
                for turn in range(2)
            ]
        )
        assert sum(isinstance(outcome, LimitReached) for outcome in outcomes) == 1, outcomes
    assert_sound(hours)


def test_of_two_bodies_under_one_key_one_stands(races, hours, pair):
    anna, bruno = pair
    for number in range(races.rounds):
        outcomes = races.together(
            *[
                lambda key=f"k{number}", minutes=minutes: hours.post(
                    key=key, kind="exchange", postings=[(anna, minutes), (bruno, -minutes)]
                )
                for minutes in (30, 60)
            ]
        )
        assert sum(isinstance(outcome, KeyTaken) for outcome in outcomes) == 1, outcomes
    assert_sound(hours)


def test_of_two_who_take_it_back_one_does(races, hours, pair):
    anna, bruno = pair
    for number in range(races.rounds):
        entry = hours.post(key=f"k{number}", kind="exchange", postings=[(anna, 30), (bruno, -30)])
        outcomes = races.together(
            *[
                lambda pk=entry.pk, key=f"back-{number}-{turn}": LedgerEntry.objects.get(pk=pk).reverse(
                    key=key
                )
                for turn in range(2)
            ]
        )
        assert sum(isinstance(outcome, AlreadyReversed) for outcome in outcomes) == 1, outcomes
    assert anna.balance() == 0
    assert_sound(hours)


def test_a_posting_slipped_into_an_entry_that_is_not_committed_yet_waits_and_is_refused(races, hours, pair):
    """By hand, and by somebody who knows the entry's id: it would be in a sealed entry once both are committed."""
    anna, bruno = pair
    pot, known, there = hours.account("pot"), [], threading.Event()

    def post():
        with transaction.atomic():
            entry = hours.post(key="a", kind="exchange", postings=[(anna, 30), (bruno, -30)])
            known.append(entry.pk)
            there.set()
            time.sleep(0.3)

    def slip_in():
        there.wait()
        LedgerPosting.objects.create(entry_id=known[0], account=pot, amount=30, sequence=1, balance_after=30)

    outcomes = races.together(post, slip_in)

    assert outcomes[0] is None
    assert "sealed" in str(outcomes[1])
    assert_sound(hours)


STEPS = {
    "the book is locked": (LedgerBook, "lock"),
    "the postings are to be written": (type(LedgerPosting.objects), "bulk_create"),
    "the entry is to be sealed": (LedgerEntry, "save"),
}


@pytest.mark.parametrize(
    "step", [*STEPS, "it is sealed, and not committed", "it is committed, and nobody told"]
)
def test_whoever_dies_leaves_the_whole_entry_or_nothing_and_sends_it_again(hours, pair, step):
    anna, bruno = pair
    dice = random.Random(step)
    for number in range(KILLS):
        key, minutes = f"k{number}", 30 * dice.randint(1, 8)

        def post(key=key, minutes=minutes):
            return hours.post(key=key, kind="exchange", postings=[(anna, minutes), (bruno, -minutes)])

        def die_there():
            if step in STEPS:
                where, name = STEPS[step]
                setattr(where, name, die)
                post()
            elif "not committed" in step:
                with transaction.atomic():
                    post()
                    die()
            else:
                post()
                die()

        assert dies(die_there)

        committed = step == "it is committed, and nobody told"
        assert LedgerEntry.objects.filter(key=key).count() == int(committed)
        assert post() == post()
        assert LedgerEntry.objects.filter(key=key).count() == 1
        assert_sound(hours)
