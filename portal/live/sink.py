from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction

from portal.extensions import LiveTopic, declared

from . import hints, positions


def announce(events: Sequence[Any]) -> None:
    """Tell whoever watches what the facts themselves touch: it does not wait for the mail about the facts before."""
    _tell(events, lambda topic, event: not topic.derived)


def receive(event: Any) -> None:
    """Tell whoever watches what the sinks before have made of a fact, and the rest where it was not announced."""
    _tell([event], lambda topic, event: topic.derived or event.announced_at is None)


def _tell(events: Iterable[Any], whose_turn: Callable[[LiveTopic, Any], bool]) -> None:
    """Note where each topic that is touched stands now, and once that is committed, hint."""
    topics, newest = set(), 0
    for event in events:
        touched = {
            f"{topic.key}:{identifier}"
            for topic in declared(LiveTopic)
            if topic.concerns(event.kind) and whose_turn(topic, event)
            for identifier in topic.identifiers(event)
        }
        if touched:
            topics |= touched
            newest = max(newest, event.pk)
    if topics:
        numbers = positions.advance(topics, newest)
        transaction.on_commit(lambda: hints.send(numbers))
