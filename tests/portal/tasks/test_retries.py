"""Work that fails is tried again, later and later, and in the end stays failed with its error to be seen."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.tasks import background
from portal.tasks.background import LONGEST_WAIT, attempts_of, wait_after
from portal.tasks.reaper import reap
from portal.tasks.worker import work_off

pytestmark = pytest.mark.django_db

DONE = []


@background(attempts=3)
def write_down(what):
    DONE.append(what)


@background(attempts=3)
def stumble(times):
    DONE.append("tried")
    if len(DONE) <= times:
        raise ConnectionError("the other side is away")


@pytest.fixture(autouse=True)
def nothing_done():
    DONE.clear()


def make_due():
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))


def test_what_is_enqueued_is_done_once():
    write_down.enqueue("a letter")

    work_off()
    work_off()

    assert DONE == ["a letter"]


def test_nothing_is_done_of_what_was_not_committed():
    with transaction.atomic():
        write_down.enqueue("a letter")
        transaction.set_rollback(True)

    work_off()

    assert DONE == []


def test_a_task_that_fails_is_tried_again_later():
    stumble.enqueue(times=1)

    work_off()
    row = DBTaskResult.objects.get()
    assert row.status == TaskResultStatus.READY
    assert timedelta(seconds=5) < row.run_after - timezone.now() < timedelta(seconds=15)
    work_off()
    assert DONE == ["tried"], "not before its time"
    make_due()
    work_off()

    row.refresh_from_db()
    assert row.status == TaskResultStatus.SUCCESSFUL
    assert len(DONE) == 2


def test_after_the_last_attempt_it_stays_failed_and_says_why():
    stumble.enqueue(times=99)

    for _ in range(5):
        work_off()
        make_due()

    row = DBTaskResult.objects.get()
    assert row.status == TaskResultStatus.FAILED
    assert len(DONE) == 3
    assert "ConnectionError" in row.traceback


def test_the_waits_grow_and_have_an_end():
    waits = [wait_after(attempt) for attempt in range(1, 40)]

    assert waits[0] < waits[2] < waits[4] < waits[6]
    assert max(waits) <= LONGEST_WAIT * 1.2


def test_what_failed_together_does_not_come_back_together():
    assert len({wait_after(3) for _ in range(20)}) > 1


def test_a_task_whose_function_is_gone_is_tried_once():
    write_down.enqueue("a letter")
    DBTaskResult.objects.update(task_path="a.plugin.that.was.removed")
    row = DBTaskResult.objects.get()

    assert attempts_of(row) == 1
    work_off()
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED


def test_urgent_work_goes_first():
    write_down.enqueue("a letter")
    write_down.using(priority=50).enqueue("a telegram")

    work_off()

    assert DONE == ["a telegram", "a letter"]


def test_attempts_survive_another_priority():
    assert write_down.using(priority=50).attempts == 3


# -- what a task was given -----------------------------------------------------------------------------------


@background(attempts=2, confidential=True)
def whisper(words):
    DONE.append(words)
    if words == "too loud":
        raise ConnectionError("nobody listens")


def what_is_kept():
    return str(list(DBTaskResult.objects.values()))


def test_what_a_confidential_task_was_given_is_forgotten_when_it_is_done():
    whisper.enqueue("the code is 1234")
    write_down.enqueue("an id")
    assert "1234" in what_is_kept()

    work_off()

    assert DONE == ["the code is 1234", "an id"]
    assert "1234" not in what_is_kept()
    assert "an id" in what_is_kept()


def test_and_when_it_has_failed_for_good_but_not_before():
    whisper.enqueue("too loud")
    work_off()
    assert "too loud" in what_is_kept()

    make_due()
    work_off()

    assert DONE == ["too loud", "too loud"]
    assert "too loud" not in what_is_kept()


def test_and_when_its_worker_died_at_the_last_attempt():
    row = whisper.enqueue("the code is 1234")
    long_ago = timezone.now() - timedelta(hours=1)
    DBTaskResult.objects.filter(pk=row.id).update(
        status=TaskResultStatus.RUNNING, worker_ids=["gone", "gone too"], started_at=long_ago
    )

    reap()

    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED
    assert "1234" not in what_is_kept()
