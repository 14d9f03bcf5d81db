"""What comes round: on time, once, whichever worker gets there first."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.extensions import Schedule
from portal.tasks import ticker
from portal.tasks.models import ScheduledRun
from portal.tasks.ticker import PATIENCE, run_due_schedules

DAY = timedelta(days=1)


@pytest.fixture
def schedules(monkeypatch):
    """The only schedules there are, for this test."""
    declared = []
    monkeypatch.setattr(ticker, "declared", lambda kind: tuple(declared))
    return declared


def due(key):
    return ScheduledRun.objects.get(key=key).due_at


@pytest.mark.django_db
def test_a_schedule_runs_and_comes_round_after_its_time(schedules):
    runs = []
    schedules.append(Schedule(key="tests.daily", run=lambda: runs.append(1), every=DAY))

    assert run_due_schedules() == ["tests.daily"]
    assert run_due_schedules() == []
    assert abs(due("tests.daily") - timezone.now() - DAY) < timedelta(seconds=10)

    ScheduledRun.objects.update(due_at=timezone.now())
    assert run_due_schedules() == ["tests.daily"]
    assert len(runs) == 2


@pytest.mark.django_db
def test_one_that_fails_holds_no_other_up_and_is_tried_soon(schedules):
    runs = []
    schedules.append(Schedule(key="tests.broken", run=lambda: 1 / 0, every=DAY))
    schedules.append(Schedule(key="tests.sound", run=lambda: runs.append(1), every=DAY))

    run_due_schedules()

    assert runs == [1]
    assert due("tests.broken") - timezone.now() <= PATIENCE


@pytest.mark.django_db
def test_one_whose_worker_died_is_begun_again_soon(schedules):
    class PowerCut(BaseException):
        pass

    def die():
        raise PowerCut

    schedules.append(Schedule(key="tests.daily", run=die, every=DAY))

    with pytest.raises(PowerCut):
        run_due_schedules()

    assert timedelta(0) < due("tests.daily") - timezone.now() <= PATIENCE


@pytest.mark.django_db
def test_a_schedule_of_a_plugin_that_is_gone_does_no_harm(schedules):
    ScheduledRun.objects.create(key="gone.plugin", due_at=timezone.now() - DAY)

    assert run_due_schedules() == []


@pytest.mark.django_db
def test_nothing_due_costs_one_query(schedules):
    schedules.append(Schedule(key="tests.daily", run=lambda: None, every=DAY))
    run_due_schedules()

    with CaptureQueriesContext(connection) as queries:
        run_due_schedules()
    assert len(queries) == 1


def test_several_workers_run_it_once(races, schedules):
    runs = []
    schedules.append(Schedule(key="tests.daily", run=lambda: runs.append(1), every=DAY))
    for round_ in range(1, min(races.rounds, 20) + 1):
        ScheduledRun.objects.update_or_create(key="tests.daily", defaults={"due_at": timezone.now()})

        outcomes = races.together(run_due_schedules, run_due_schedules, run_due_schedules)

        assert sorted(outcomes) == [[], [], ["tests.daily"]]
        assert len(runs) == round_
