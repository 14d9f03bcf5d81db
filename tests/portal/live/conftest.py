"""A real server on a database where commits are real.

The layer that carries the hints is the stage's: in memory beside SQLite, Redis beside PostgreSQL.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from portal.extensions import LiveTopic
from portal.live import watch
from portal.testing.factories import UserFactory
from tests.harness import templates
from tests.harness.database import _pointed_at
from tests.portal.live.sockets import TOPIC, Server, refused, slow


@pytest.fixture
def quick_watch(monkeypatch) -> float:
    """The watch comes round every so many seconds, for tests that are not about how long it takes."""
    monkeypatch.setattr(watch, "EVERY", 0.3)
    return watch.EVERY


@pytest.fixture(scope="module")
def shared_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A database where commits are real, for all tests of a file: each brings people of its own."""
    with templates.copied("empty") as copy, _pointed_at(copy, django_db_blocker), django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def shared_server(shared_db) -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def portal(request, shared_db) -> Iterator[Server]:
    """The file's server; one of its own for a test that changes what a server begins with."""
    if {"broker", "idle_watch", "quick_watch"} & set(request.fixturenames):
        with Server() as own:
            yield own
    else:
        shared = request.getfixturevalue("shared_server")
        yield shared
        shared.hang_up()


@pytest.fixture
def note(note_kind, declare) -> str:
    """The topic of notes about people. Everybody watches everybody's, but for those in `refused`."""
    refused.clear()
    slow.clear()

    def allows(user, identifier):
        time.sleep(slow.get(user.pk, 0))
        if identifier == "stumble":
            raise ValueError(identifier)
        return identifier.isdecimal() and user.pk not in refused

    declare(
        LiveTopic(
            key=TOPIC,
            kinds=(note_kind,),
            identifiers=lambda event: [event.object_id],
            allows=allows,
        )
    )
    return TOPIC


@pytest.fixture
def anna(shared_db):
    return UserFactory(display_name="Anna Rossi")


@pytest.fixture
def bruno(shared_db):
    return UserFactory(display_name="Bruno Bianchi")
