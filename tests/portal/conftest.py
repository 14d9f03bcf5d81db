"""Declarations that exist for one test: the rooms are tried without any plugin."""

import pytest

from portal.extensions import EventKind, register, registry

NOTE = "tests.note.written"


@pytest.fixture
def declare():
    """`declare(EventSink(...))` as portal.extensions.register, taken back after the test."""
    before = {kind: dict(table) for kind, table in registry._declared.items()}
    yield register
    registry._declared.clear()
    registry._declared.update(before)


@pytest.fixture
def note_kind(declare) -> str:
    """The key of a kind of fact that nothing follows from yet."""
    declare(EventKind(key=NOTE, sentence="%(actor)s wrote a note"))
    return NOTE
