"""Every live topic × persona × own, foreign and missing channel (the table is topics.py)."""

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.extensions import LiveTopic, declared, find

from .people import ANYONE
from .topics import TOPICS

# What a client may send instead of an identifier of ours.
NONSENSE = (
    "",
    "0",
    "-1",
    "999999999999999999999",
    "1 OR 1=1",
    "٣",
    "²",
    "../1",
    "a" * 5000,
    "00000000-0000-0000-0000-000000000000",
)


def test_every_topic_is_declared():
    assert {topic.key for topic in declared(LiveTopic)} == set(TOPICS)


@pytest.mark.parametrize("key", TOPICS)
def test_who_may_watch(world, key):
    topic = find(LiveTopic, key)
    for channel in TOPICS[key]:
        identifier = str(channel.identifier(world))

        assert {
            person for person in ANYONE if topic.allows(world.users[person], identifier)
        } == channel.watched_by


@pytest.mark.parametrize("key", TOPICS)
def test_a_visitor_watches_nothing(world, key):
    for channel in TOPICS[key]:
        assert not find(LiveTopic, key).allows(AnonymousUser(), str(channel.identifier(world)))


@pytest.mark.parametrize("identifier", NONSENSE, ids=range(len(NONSENSE)))
@pytest.mark.parametrize("key", TOPICS)
def test_nobody_watches_what_does_not_exist(world, key, identifier):
    topic = find(LiveTopic, key)

    assert {person for person in ANYONE if topic.allows(world.users[person], identifier)} == set()
