"""Every live topic, over the wire, as every persona: the same table that tests/access/ holds the rules to."""

from __future__ import annotations

import pytest

from portal.live.watch import SIGNED_OUT
from tests.access.conftest import world  # noqa: F401 — a fixture
from tests.access.people import ANYONE
from tests.access.topics import TOPICS
from tests.portal.live.sockets import Server, ask, end_of


def channels(world):  # noqa: F811
    """(topic, who may watch it) for all that the table names."""
    for key, rows in TOPICS.items():
        for channel in rows:
            yield f"{key}:{channel.identifier(world)}", channel.watched_by


NONSENSE = (
    "",
    ":",
    "portal.inbox",
    "portal.inbox:0",
    "manutenzione.ticket:-1",
    "manutenzione.ticket:٣",
    "x:1",
)


@pytest.fixture(scope="module")
def portal(world):  # noqa: F811
    table = dict(channels(world))
    with Server() as running:
        running.table = table
        yield running


@pytest.mark.parametrize("persona", sorted(ANYONE))
def test_each_persona_watches_what_is_theirs(portal, world, persona):  # noqa: F811
    with portal.browser_of(world.users[persona]).socket() as opened:
        watched = {topic for topic in portal.table if "event" in ask(opened, topic)}
        refused = [topic for topic in NONSENSE if ask(opened, topic) == {"refused": topic}]

    assert watched == {topic for topic, watched_by in portal.table.items() if persona in watched_by}
    assert refused == list(NONSENSE)


def test_a_visitor_watches_nothing(portal):
    with portal.browser_of().socket() as opened:
        assert end_of(opened) == SIGNED_OUT
