from __future__ import annotations

from typing import Any

from django.db import transaction

from portal.extensions import LiveTopic, declared

from . import hints, positions


def touched_by(event: Any) -> list[str]:
    """The topics, as they stand on the wire, that an event touches."""
    return [
        f"{topic.key}:{identifier}"
        for topic in declared(LiveTopic)
        if topic.concerns(event.kind)
        for identifier in topic.identifiers(event)
    ]


def receive(event: Any) -> None:
    """The live EventSink: note where each topic stands now, and once that is committed, tell whoever watches."""
    topics = touched_by(event)
    if topics:
        numbers = positions.advance(topics, event.pk)
        transaction.on_commit(lambda: hints.send(numbers))
