"""What the other tests lean on holds: copies are apart, commits are real, races are races."""

import threading

import pytest
from django.db import connection
from wagtail.models import Locale

from tests.harness import templates


def languages():
    return set(Locale.objects.values_list("language_code", flat=True))


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_copy_of_its_own(committed_db, turn):
    assert "ar" not in languages()
    Locale.objects.create(language_code="ar")


def test_another_thread_sees_what_was_committed(races):
    Locale.objects.create(language_code="ar")
    assert races.together(languages) == [languages()]


def test_the_runners_of_a_race_run_at_the_same_time(races):
    meeting = threading.Barrier(3, timeout=10)
    assert sorted(races.together(meeting.wait, meeting.wait, meeting.wait)) == [0, 1, 2]


def test_a_race_tells_what_each_runner_raised(races):
    def stumble():
        raise ValueError("stumbled")

    outcome, answer = races.together(stumble, lambda: "arrived")
    assert isinstance(outcome, ValueError)
    assert answer == "arrived"


def test_a_copy_serves_another_process(committed_db):
    Locale.objects.create(language_code="ar")
    code = "from wagtail.models import Locale; print(Locale.objects.filter(language_code='ar').count())"
    assert committed_db.manage("shell", "--no-imports", "-c", code).strip() == "1"


@pytest.mark.django_db
def test_a_template_is_migrated_to_the_end():
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db
def test_what_waits_for_the_commit_happens_at_the_end_of_the_block(committing):
    from django.db import transaction

    told = []
    with committing():
        transaction.on_commit(lambda: told.append("now"))
        assert told == []
    assert told == ["now"]


def test_a_template_that_cannot_be_made_says_why_and_only_once(monkeypatch):
    tried = []

    def fail(*arguments, **options):
        tried.append(arguments)
        raise RuntimeError("the migration says no")

    monkeypatch.setattr(templates, "_key", lambda kind: "test-of-failure")
    monkeypatch.setattr(templates, "_failed", {})
    monkeypatch.setattr(templates, "run_manage", fail)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="says no"):
            templates.ensure("empty")
    assert len(tried) == 1
