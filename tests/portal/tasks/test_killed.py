"""Workers that die in the middle of their work, and several that are at it together.

Real processes, killed with SIGKILL. A task keeps its own book, in a file: what is written there was tried.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.extensions import Schedule
from portal.tasks import background, health, reaper, ticker, worker
from portal.tasks.models import ScheduledRun, WorkerHeartbeat
from portal.tasks.reaper import SILENCE, reap
from portal.tasks.ticker import PATIENCE, run_due_schedules
from portal.tasks.worker import WorkerThreads, beat, work_off
from tests.harness.kills import KILLS, die, dies

ATTEMPTS = 3
FAILED, READY, SUCCESSFUL = TaskResultStatus.FAILED, TaskResultStatus.READY, TaskResultStatus.SUCCESSFUL


@background(attempts=ATTEMPTS)
def follow(plan: list[str], book: str) -> None:
    """Do what the plan says of this attempt, having written down that it was made."""
    with Path(book).open("a") as lines:
        lines.write("tried\n")
    what = plan[tried(book) - 1]
    if what == "die":
        die()
    if what == "fail":
        raise ConnectionError("the other side is away")


@background(attempts=ATTEMPTS)
def hang(book: str) -> None:
    """The first attempt never ends."""
    with Path(book).open("a") as lines:
        lines.write("tried\n")
    if tried(book) == 1:
        threading.Event().wait()


def tried(book: str | Path) -> int:
    return len(Path(book).read_text().splitlines())


@pytest.fixture
def book(tmp_path) -> str:
    path = tmp_path / "book"
    path.touch()
    return str(path)


def time_passes() -> None:
    """Long enough for dead workers to count as dead, and for what waits to be due."""
    ago = timezone.now() - SILENCE * 2
    DBTaskResult.objects.update(run_after=ago)
    DBTaskResult.objects.exclude(started_at=None).update(started_at=ago)
    DBTaskResult.objects.exclude(finished_at=None).update(finished_at=ago)
    WorkerHeartbeat.objects.update(at=ago)


def a_worker_comes(arrange=lambda: None) -> bool:
    """One worker process: it says that it lives, reaps, and works off what there is. Whether it was killed."""

    def live():
        arrange()
        reap()
        work_off()

    return dies(live)


@pytest.mark.parametrize(
    ("plan", "status"),
    [
        (["die", "ok"], SUCCESSFUL),
        (["die", "die", "ok"], SUCCESSFUL),
        (["fail", "die", "ok"], SUCCESSFUL),
        (["die", "fail", "ok"], SUCCESSFUL),
        (["die", "die", "die", "ok"], FAILED),
        (["fail", "die", "die", "ok"], FAILED),
        (["die", "die", "fail", "ok"], FAILED),
        (["fail", "fail", "fail", "ok"], FAILED),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, list) else "",
)
def test_it_is_tried_as_often_as_promised_and_no_oftener(committed_db, book, plan, status):
    follow.enqueue(plan, book)
    deaths = 0
    for _ in range(len(plan) + 2):
        deaths += a_worker_comes()
        time_passes()
    reap()

    expected = plan[: plan.index("ok") + 1][:ATTEMPTS]
    row = DBTaskResult.objects.get()
    assert tried(book) == len(row.worker_ids) == len(expected)
    assert deaths == expected.count("die")
    assert row.status == status
    if status == FAILED:
        assert ("died" if expected[-1] == "die" else "ConnectionError") in row.traceback


@pytest.mark.parametrize(
    ("step", "tries"),
    [("claimed, and not begun", 1), ("done, and not marked", 2), ("failed, and not put back", 2)],
)
def test_a_worker_that_dies_between_two_steps_leaves_nothing_undone(committed_db, tmp_path, step, tries):
    def arrange():
        if step == "claimed, and not begun":
            worker.Worker.run_task = die
        elif step == "done, and not marked":
            DBTaskResult.set_successful = die
        else:
            worker.try_again = die

    for number in range(KILLS):
        book = tmp_path / str(number)
        book.touch()
        row = follow.enqueue(["fail" if step.startswith("failed") else "ok", "ok", "ok"], str(book))

        assert a_worker_comes(arrange)
        time_passes()
        assert not a_worker_comes()
        time_passes()
        assert not a_worker_comes()

        row = DBTaskResult.objects.get(pk=row.id)
        assert row.status == SUCCESSFUL
        assert tried(book) == tries, "a task must bear to run twice, and not to run never"
        assert len(row.worker_ids) == 2


def test_several_workers_do_each_task_once(races, tmp_path):
    for number in range(races.rounds // 10):
        books = [tmp_path / f"{number}-{task}" for task in range(10)]
        for book in books:
            book.touch()
            follow.enqueue(["ok", "ok"], str(book))

        races.together(work_off, work_off, work_off)

        assert [tried(book) for book in books] == [1] * len(books)
    assert not DBTaskResult.objects.exclude(status=SUCCESSFUL).exists()


def test_reapers_that_race_put_a_task_back_once(races, book):
    for _ in range(races.rounds // 5):
        DBTaskResult.objects.all().delete()
        follow.enqueue(["ok"], book)
        row = DBTaskResult.objects.get()
        row.claim("dead")
        time_passes()

        outcomes = races.together(reap, reap, reap)

        assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
        row.refresh_from_db()
        assert row.status == READY
        assert row.worker_ids == ["dead"], "one attempt is used up, not three"


# -- the whole worker, in a hurry -----------------------------------------------------------------------------------


@pytest.fixture
def in_a_hurry(monkeypatch):
    """Seconds become tenths: the pulse, the silence that means death, the wait for the next attempt."""
    monkeypatch.setattr(worker, "HEARTBEAT", 0.1)
    monkeypatch.setattr(worker, "IDLE", 0.02)
    for module in (reaper, health):
        monkeypatch.setattr(module, "SILENCE", timedelta(seconds=1.5))
    monkeypatch.setattr(reaper, "wait_after", lambda attempt: timedelta(seconds=0.1))


@pytest.fixture
def only(monkeypatch):
    """`only(schedule, …)`: the only schedules there are."""
    return lambda *schedules: monkeypatch.setattr(ticker, "declared", lambda kind: schedules)


def wait_until(condition, within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def test_a_worker_is_killed_and_the_next_one_ends_what_it_began(committed_db, in_a_hurry, only, book, client):
    only()
    hang.enqueue(book)

    def begin_and_die():
        WorkerThreads().start()
        wait_until(lambda: tried(book) == 1)
        time.sleep(0.2)  # it says that it lives, while the task hangs
        die()

    assert dies(begin_and_die)
    assert client.get("/healthz").json()["task_worker"] == "ok", "nobody can know yet"
    # Not until the page says 503: another part of it may be away for a moment.
    wait_until(lambda: client.get("/healthz").json()["task_worker"] == "failing")
    assert client.get("/healthz").status_code == 503

    next_one = WorkerThreads()
    next_one.start()
    try:
        wait_until(lambda: client.get("/healthz").status_code == 200)
        wait_until(lambda: DBTaskResult.objects.get().status == SUCCESSFUL)
        assert tried(book) == 2
    finally:
        next_one.stop()
    assert client.get("/healthz").status_code == 503, "one that stops in order says so at once"


def test_two_workers_at_the_same_clock_run_a_schedule_once(committed_db, in_a_hurry, only):
    runs = []
    only(
        Schedule(key="tests.daily", run=lambda: runs.append("daily"), every=timedelta(days=1)),
        Schedule(key="tests.often", run=lambda: runs.append("often"), every=timedelta(seconds=0.5)),
    )
    both = [WorkerThreads(), WorkerThreads()]
    started = time.monotonic()
    for one in both:
        one.start()
    time.sleep(2)
    for one in both:
        one.stop()
    took = time.monotonic() - started

    assert runs.count("daily") == 1
    assert 2 <= runs.count("often") <= 1 + took / 0.5
    assert not WorkerHeartbeat.objects.exists()


def test_a_schedule_whose_worker_is_killed_is_begun_again_by_another(committed_db, only):
    runs = []
    for _ in range(KILLS):
        ScheduledRun.objects.all().delete()
        only(Schedule(key="tests.daily", run=die, every=timedelta(days=1)))
        assert dies(run_due_schedules)

        only(Schedule(key="tests.daily", run=lambda: runs.append(1), every=timedelta(days=1)))
        runs.clear()
        assert run_due_schedules() == [], "not at once, for it may be at work"
        ScheduledRun.objects.update(due_at=timezone.now())
        assert run_due_schedules() == ["tests.daily"]
        assert runs == [1]
        assert ScheduledRun.objects.get().due_at > timezone.now() + PATIENCE


def test_a_worker_that_lives_is_not_taken_for_dead_by_another(committed_db, in_a_hurry, only, book):
    """A task may take its time: as long as the pulse goes, it belongs to whoever began it."""
    only()
    release = threading.Event()
    slow_tasks[book] = release
    take_time.enqueue(book)
    both = [WorkerThreads(), WorkerThreads()]
    for one in both:
        one.start()
    try:
        wait_until(lambda: tried(book) == 1)
        time.sleep(2 * health.SILENCE.total_seconds())
        assert tried(book) == 1
        release.set()
        wait_until(lambda: DBTaskResult.objects.get().status == SUCCESSFUL)
    finally:
        release.set()
        for one in both:
            one.stop()


slow_tasks: dict[str, threading.Event] = {}


@background(attempts=ATTEMPTS)
def take_time(book: str) -> None:
    with Path(book).open("a") as lines:
        lines.write("tried\n")
    slow_tasks[book].wait(30)


def test_beats_of_one_worker_are_one_row(committed_db, races):
    races.together(*[lambda: beat("one")] * 4)

    assert WorkerHeartbeat.objects.count() == 1
