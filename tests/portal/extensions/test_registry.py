from collections import defaultdict
from dataclasses import FrozenInstanceError

import pytest

from portal.extensions import EventKind, LiveTopic, ObjectPanel, declared, find, register, registry


@pytest.fixture(autouse=True)
def empty_door(monkeypatch):
    monkeypatch.setattr(registry, "_declared", defaultdict(dict))
    monkeypatch.setattr(registry, "_duplicates", [])


def kind(key, **fields):
    return EventKind(key=key, sentence="Something happened", **fields)


def test_declarations_come_by_order_and_then_by_key():
    register(kind("b.late", order=200), kind("b.first"), kind("a.first"))

    assert [d.key for d in declared(EventKind)] == ["a.first", "b.first", "b.late"]


def test_a_kind_nobody_has_used_is_empty():
    assert declared(EventKind) == ()


def test_a_declaration_is_found_by_kind_and_key():
    register(kind("keys.lent"))

    assert find(EventKind, "keys.lent").sentence == "Something happened"
    assert find(EventKind, "keys.lost") is None
    assert find(LiveTopic, "keys.lent") is None


def test_a_declaration_never_changes():
    with pytest.raises(FrozenInstanceError):
        kind("keys.lent").key = "keys.stolen"


def test_a_declaration_is_written_with_names():
    with pytest.raises(TypeError):
        EventKind("keys.lent", "Something happened")


def test_a_topic_concerns_the_facts_of_its_patterns_only():
    topic = LiveTopic(
        key="keys.loan",
        kinds=("keys.loan.*", "keys.moved"),
        identifiers=lambda e: [],
        allows=lambda u, i: False,
    )

    assert topic.concerns("keys.loan.asked")
    assert topic.concerns("keys.moved")
    assert not topic.concerns("keys.moved.twice")
    assert not topic.concerns("KEYS.loan.asked")


def test_a_panel_fits_its_models(django_user_model):
    def panel(*models):
        return ObjectPanel(
            key="keys.panel", models=models, template="x.html", context=lambda request, obj: None
        )

    person = django_user_model(display_name="Anna")
    assert panel("portal.User").fits(person)
    assert panel("*").fits(person)
    assert not panel("portal.Building").fits(person)
