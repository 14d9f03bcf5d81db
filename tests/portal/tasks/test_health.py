"""/healthz says of each part whether it answers, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.tasks import background, health
from portal.tasks.models import WorkerHeartbeat
from portal.tasks.reaper import SILENCE, reap
from portal.tasks.worker import beat, work_off

pytestmark = pytest.mark.django_db


@background(attempts=3)
def letter():
    pass


WELL = {"status": "ok", "database": "ok", "channel_layer": "ok", "task_worker": "ok"}


def test_all_is_well(client):
    beat("worker")

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == WELL


def test_no_worker_is_said(client):
    WorkerHeartbeat.objects.create(worker_id="dead", at=timezone.now() - SILENCE - timedelta(seconds=1))

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == WELL | {"status": "failing", "task_worker": "failing"}


@pytest.fixture
def waiting():
    """`waiting(minutes)`: a letter has been due for so long; returns its row."""

    def enqueue(minutes):
        row = DBTaskResult.objects.get(pk=letter.enqueue().id)
        DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=ago(minutes))
        return row

    return enqueue


def ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


def begun(row, minutes):
    """The living worker took it that long ago, and has not come back."""
    row.claim("worker")
    DBTaskResult.objects.filter(pk=row.pk).update(started_at=ago(minutes))


def test_a_task_that_never_returns_while_others_wait_is_said(client, waiting):
    beat("worker")
    begun(waiting(20), 20)
    waiting(15)

    assert reap() == 0, "its worker lives"
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == WELL | {"status": "failing", "task_worker": "failing"}


def test_so_is_a_retry_that_is_not_made(client, waiting):
    beat("worker")
    DBTaskResult.objects.filter(pk=waiting(60).pk).update(run_after=ago(15))

    assert client.get("/healthz").status_code == 503


def test_a_long_task_for_which_nothing_waits_long_is_not_called_dead(client, waiting):
    beat("worker")
    begun(waiting(60), 60)
    waiting(5)
    # Failed an hour ago, and its next attempt is in an hour.
    DBTaskResult.objects.filter(pk=waiting(60).pk).update(run_after=ago(-60))

    assert client.get("/healthz").json() == WELL


def test_a_long_queue_that_moves_is_not_called_dead(client, waiting):
    beat("worker")
    for _ in range(3):
        waiting(60)
    begun(waiting(60), 1)

    assert client.get("/healthz").json() == WELL


def test_nor_is_a_long_task_beside_which_another_worker_goes_on(client, waiting):
    beat("worker")
    beat("other")
    begun(waiting(60), 60)
    waiting(60)
    work_off()

    assert client.get("/healthz").json() == WELL


def test_however_much_waits_it_is_asked_in_two_queries(client, waiting, django_assert_num_queries):
    beat("worker")
    for _ in range(5):
        waiting(60)

    with django_assert_num_queries(2):
        client.get("/healthz")


def test_a_channel_layer_that_does_not_answer_is_said(client, monkeypatch):
    beat("worker")

    class Silent:
        async def send(self, name, message):
            raise ConnectionError("redis://:secret@host is away")

    monkeypatch.setattr(health, "get_channel_layer", Silent)

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == WELL | {"status": "failing", "channel_layer": "failing"}
    assert b"secret" not in answer.content


def test_a_database_that_does_not_answer_is_said(client, monkeypatch):
    from django.db import OperationalError

    class Away:
        def cursor(self):
            raise OperationalError("no route to 10.0.0.7")

    monkeypatch.setattr(health, "connection", Away())
    beat("worker")

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["database"] == "failing"
    assert b"10.0.0.7" not in answer.content


def test_it_is_for_machines(client):
    beat("worker")

    answer = client.get("/healthz")

    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert client.post("/healthz").status_code == 405
