"""What a worker that died was doing is done by another one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.tasks import background
from portal.tasks.models import WorkerHeartbeat
from portal.tasks.reaper import SILENCE, reap
from portal.tasks.worker import beat, work_off

pytestmark = pytest.mark.django_db

DONE = []


@background(attempts=3)
def write_down(what):
    DONE.append(what)


@pytest.fixture(autouse=True)
def nothing_done():
    DONE.clear()


def claimed_by(worker, ago):
    """A task that the worker took that long ago."""
    write_down.enqueue("a letter")
    row = DBTaskResult.objects.get()
    row.claim(worker)
    DBTaskResult.objects.update(started_at=timezone.now() - ago)
    return row


def make_due():
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))


def test_a_dead_workers_task_is_run_again():
    row = claimed_by("dead", SILENCE * 2)
    WorkerHeartbeat.objects.create(worker_id="dead", at=timezone.now() - SILENCE * 2)

    assert reap() == 1
    make_due()
    work_off()

    row.refresh_from_db()
    assert row.status == TaskResultStatus.SUCCESSFUL
    assert DONE == ["a letter"]


def test_a_living_workers_task_is_left_to_it():
    row = claimed_by("alive", timedelta(hours=1))
    beat("alive")

    assert reap() == 0
    row.refresh_from_db()
    assert row.status == TaskResultStatus.RUNNING


def test_a_worker_that_has_just_started_is_not_taken_for_dead():
    claimed_by("new", timedelta(seconds=1))

    assert reap() == 0


def test_a_worker_that_stopped_in_order_leaves_no_task_behind_for_long():
    claimed_by("gone", SILENCE * 2)

    assert reap() == 1


def test_a_task_that_kills_its_workers_is_given_up():
    row = claimed_by("first", SILENCE * 2)
    DBTaskResult.objects.update(worker_ids=["first", "second", "third"])

    assert reap() == 1

    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED
    assert "died" in row.traceback


def test_a_task_whose_worker_died_between_failing_and_ordering_the_next_attempt_is_tried_again():
    row = claimed_by("dead", SILENCE * 2)
    row.set_failed(ConnectionError())
    DBTaskResult.objects.update(finished_at=timezone.now() - SILENCE * 2)

    assert reap() == 1
    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY


def test_a_task_given_up_stays_given_up():
    row = claimed_by("dead", SILENCE * 2)
    row.set_failed(ConnectionError())
    DBTaskResult.objects.update(
        finished_at=timezone.now() - SILENCE * 2, worker_ids=["first", "second", "third"]
    )

    assert reap() == 0
