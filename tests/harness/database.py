"""pytest: the suite's database is a copy of a template, and so is the one of every test that commits for real."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import pytest

from . import templates
from .races import Races, size


def pytest_configure(config):
    from django.conf import settings

    # A slow machine is no failure; how much is tried depends on whether this is `make test` or `make soak`.
    hypothesis.settings.register_profile(
        "portal", max_examples=size(20, 500), stateful_step_count=size(20, 50), deadline=None, print_blob=True
    )
    hypothesis.settings.load_profile("portal")
    # Workers share one Redis server: each has its own number, so that nobody empties somebody else's cache.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if redis := os.environ.get("REDIS_URL"):
        own = urlunsplit(urlsplit(redis)._replace(path=f"/{int(worker) + 1}"))
        for cache in settings.CACHES.values():
            cache["LOCATION"] = own
        settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = [own]


def pytest_collection_modifyitems(items):
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid}: a flush meets append-only triggers. Take the fixture committed_db or races instead."
            )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Instead of pytest-django's: no migrations at the start of a run, a copy of the migrated template."""
    with templates.copied("empty") as copy, _pointed_at(copy, django_db_blocker):
        yield


@pytest.fixture
def committed_db(request, django_db_setup, django_db_blocker):
    """A database of the test's own where commits are real and other threads see them; a templates.Copy.

    For races, for async tests (their database work runs in another thread) and for tests of commands that commit.
    Not together with @pytest.mark.django_db: that one never commits.
    """
    if request.node.get_closest_marker("django_db"):
        raise pytest.UsageError("committed_db is a database of its own: take @pytest.mark.django_db away")
    with templates.copied("empty") as copy, _pointed_at(copy, django_db_blocker), django_db_blocker.unblock():
        yield copy


@pytest.fixture(scope="module")
def demo_db(django_db_setup, django_db_blocker):
    """The whole demo, on a copy that the module's tests share: they read, or take back what they change."""
    with demo(django_db_blocker) as copy:
        yield copy


@contextmanager
def demo(blocker) -> Iterator[templates.Copy]:
    """Django's database is a copy of the demo, for the length of the block."""
    with templates.copied("demo") as copy, _pointed_at(copy, blocker), blocker.unblock():
        yield copy


@pytest.fixture
def races(committed_db) -> Races:
    """`races.together(f, g)`: see tests/harness/races.py; the database is committed_db."""
    return Races()


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """`with committing():` what waits for the commit (dispatching events, for one) happens at the end of the block."""

    def committing(using: str = "default"):
        return django_capture_on_commit_callbacks(using=using, execute=True)

    return committing


@pytest.fixture(autouse=True)
def _nothing_left_behind():
    """A test leaves no limit used up, no cached answer, no text message and no language active for the next one."""
    yield
    from django.core.cache import caches
    from django.utils import translation

    from portal.tasks.sms import MemorySender

    MemorySender.outbox.clear()
    for cache in caches.all(initialized_only=True):
        cache.clear()
    translation.deactivate()


class _pointed_at:
    """Django's default connection leads to that copy, in every thread, for the length of the block; and to its keys."""

    def __init__(self, copy: templates.Copy, blocker):
        self.copy = copy
        self.blocker = blocker

    def __enter__(self):
        from django.conf import settings
        from django.db import connection

        self.before = connection.settings_dict["NAME"], settings.PORTAL_KEYS
        settings.PORTAL_KEYS = self.copy.var / "keys"
        self._point_at(self.copy.name)

    def __exit__(self, *raised):
        from django.conf import settings

        name, settings.PORTAL_KEYS = self.before
        self._point_at(name)

    def _point_at(self, name):
        from django.contrib.contenttypes.models import ContentType
        from django.db import connection

        with self.blocker.unblock():
            connection.close()
        connection.settings_dict["NAME"] = name
        ContentType.objects.clear_cache()
