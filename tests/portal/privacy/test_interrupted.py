"""What happens twice at once, and what a worker's death interrupts: a copy of somebody's data, and an erasure."""

import pytest
from django.utils import timezone

from portal.privacy import erasing, exporting
from portal.privacy.models import UNDER_WAY, DataExport, ErasureRequest
from portal.tasks.models import WorkerHeartbeat
from portal.tasks.reaper import reap
from portal.tasks.worker import Worker, work_off
from portal.testing.factories import UserFactory
from portal.uploads.models import Photo
from tests.harness.kills import KILLS, die, dies
from tests.portal.uploads.pictures import photo

from .erasures import begun, confirmed, ended


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / "private"


def test_two_tabs_at_once_ask_for_one_copy(races):
    person = UserFactory()
    for _ in range(races.rounds):
        DataExport.objects.all().delete()
        asked = races.together(*[lambda: DataExport.ask(person, language="it").pk] * 2)
        assert asked[0] == asked[1]
        assert DataExport.objects.count() == 1


def test_two_tabs_at_once_ask_to_be_erased_once(races):
    person = UserFactory()
    for _ in range(races.rounds):
        ErasureRequest.objects.all().delete()
        asked = races.together(*[lambda: ErasureRequest.ask(person).pk] * 2)
        assert asked[0] == asked[1]


def test_taking_back_and_beginning_at_once_one_of_them_wins(races):
    for _ in range(races.rounds):
        person = UserFactory(display_name="Samira Haddad")
        request = confirmed(person)
        outcomes = races.together(
            lambda request=request: ErasureRequest.objects.get(pk=request.pk).withdraw(by=None),
            lambda request=request: erasing.carry_out.call(request.pk),
        )
        person.refresh_from_db()
        assert (person.display_name == "Samira Haddad") is outcomes[0], outcomes


def a_worker_dies():
    worker = Worker()
    row = worker.take()
    worker.run_task(row)


def after_the_reaper():
    from django_tasks_db.models import DBTaskResult

    long_ago = timezone.now() - timezone.timedelta(hours=1)
    DBTaskResult.objects.filter(status="RUNNING").update(started_at=long_ago)
    WorkerHeartbeat.objects.all().delete()
    reap()
    DBTaskResult.objects.filter(status="READY").update(run_after=long_ago)
    work_off()


# The steps of a copy: while it is gathered, before its file is stored, after it and before the row says so.
STEPS_OF_A_COPY = [(exporting, "page"), (DataExport, "says"), (DataExport, "finish")]


@pytest.mark.parametrize(
    ("where", "step"), STEPS_OF_A_COPY, ids=lambda value: str(getattr(value, "__name__", value))
)
def test_a_copy_is_made_though_the_worker_died(committed_db, monkeypatch, media, where, step):
    for _ in range(KILLS):
        person = UserFactory()
        DataExport.ask(person, language="it")

        def work():
            monkeypatch.setattr(where, step, die)
            a_worker_dies()

        assert dies(work)
        after_the_reaper()

        export = DataExport.objects.get(person=person)
        assert export.is_ready
        with export.file.open() as file:
            assert file.read(2) == b"PK"


# The steps of an erasure: in the middle of its transaction, after it, while clearing away, before it is called done.
STEPS_OF_AN_ERASURE = ["forget_traces", "note", "drain", "empty_journal"]


@pytest.mark.parametrize("step", STEPS_OF_AN_ERASURE)
def test_an_erasure_ends_though_the_worker_died(committed_db, monkeypatch, media, step):
    for _ in range(KILLS):
        person = UserFactory(display_name="Samira Haddad")
        Photo.keep(photo("scala.jpg"), owner=person, draft="0" * 32, limit=5)
        was = person.username
        request = confirmed(person)
        erasing.begin_due()

        def work():
            monkeypatch.setattr(erasing, step, die)
            a_worker_dies()

        assert dies(work)
        if step == "forget_traces":
            person.refresh_from_db()
            assert person.display_name == "Samira Haddad", "all of it or nothing"
        after_the_reaper()
        request.refresh_from_db()
        assert request.state == ErasureRequest.State.ERASED

        ended(request)
        person.refresh_from_db()
        assert request.state == ErasureRequest.State.DONE
        assert person.display_name == "—"
        assert not Photo.objects.filter(owner=person).exists()
        assert not list((media / "photos").rglob("*.jpg"))
        assert erasing.digest(was) in {entry.was for entry in erasing.noted()}


# When it is erased once more, an hour later; what had been on its way must not outlive the worker.
STEPS_OF_THE_LAST_TIME = ["forget_traces", "drain", "empty_journal", "renew_samples"]


@pytest.mark.parametrize("step", STEPS_OF_THE_LAST_TIME)
def test_the_last_time_too_it_ends_though_the_worker_died(committed_db, monkeypatch, media, step):
    for _ in range(KILLS):
        person = UserFactory(display_name="Samira Haddad")
        request = begun(confirmed(person))
        Photo.keep(photo("scala.jpg"), owner=person, draft="0" * 32, limit=5)
        ErasureRequest.objects.filter(pk=request.pk).update(ended_at=timezone.now() - UNDER_WAY)
        erasing.begin_due()

        def work():
            monkeypatch.setattr(erasing, step, die)
            a_worker_dies()

        assert dies(work)
        request.refresh_from_db()
        assert request.state == ErasureRequest.State.ERASED, "not done before it is"
        after_the_reaper()

        request.refresh_from_db()
        assert request.state == ErasureRequest.State.DONE
        assert not Photo.objects.filter(owner=person).exists()
        assert not list((media / "photos").rglob("*.jpg"))
