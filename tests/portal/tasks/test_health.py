"""/healthz says of each part whether it answers, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.tasks import health
from portal.tasks.models import WorkerHeartbeat
from portal.tasks.reaper import SILENCE
from portal.tasks.worker import beat

pytestmark = pytest.mark.django_db

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


def test_a_channel_layer_that_does_not_answer_is_said(client, monkeypatch):
    beat("worker")

    class Silent:
        async def new_channel(self, prefix):
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
