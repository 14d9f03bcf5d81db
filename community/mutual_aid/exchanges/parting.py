"""What ends when two are kept apart, or when a parent does not want their child to take part any more."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from community.mutual_aid.taking_part import minor_left_without_word
from portal.extensions import EventSink

from .models import Exchange, Post
from .querysets import ExchangeQuerySet
from .words import PostState
from .workflow import TransitionError


def part(event: Any) -> None:
    """A block ends what is ahead of the two. Nobody is told of the block: it reads as if the portal had ended it."""
    if event.kind == "community.block.made" and event.target is not None:
        _end(Exchange.objects.between(event.target.person_id, event.target.other_id))


def follow_parent(event: Any) -> None:
    """What a minor has on the board rests, and what was to come of it ends. With the parent's word they put it back."""
    minor = minor_left_without_word(event)
    if minor is None:
        return
    for post in Post.objects.filter(author=minor, state=PostState.OPEN):
        with suppress(TransitionError):  # found or taken back a moment ago
            post.pause(by=None)
    _end(Exchange.objects.of(minor))


def _end(exchanges: ExchangeQuerySet) -> None:
    for exchange in exchanges.ahead():
        with suppress(TransitionError):  # it has ended a moment ago
            exchange.end()


SINKS = (
    EventSink(key="community.exchanges.part", receive=part),
    EventSink(key="community.exchanges.follow_parent", receive=follow_parent),
)
