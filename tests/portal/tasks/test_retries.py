"""Work that fails is tried again, later and later, and in the end stays failed with its error to be seen."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.tasks import background
from portal.tasks.background import LONGEST_WAIT, attempts_of, wait_after
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
