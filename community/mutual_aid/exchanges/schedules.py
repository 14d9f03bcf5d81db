"""What comes round by itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from portal.extensions import Schedule

from .models import Exchange, Post
from .workflow import TransitionError


def expire() -> None:
    """Those whose time is over leave the board; their authors can put them back with one tap."""
    for post in Post.objects.run_out():
        with suppress(TransitionError):  # renewed or taken back a moment ago
            post.expire()


def remind() -> None:
    for post in Post.objects.to_remind():
        post.remind()


def close_unanswered() -> None:
    """A question without an answer is closed, so that whoever asked looks elsewhere."""
    for exchange in Exchange.objects.unanswered():
        with suppress(TransitionError):  # answered a moment ago
            exchange.lapse()


SCHEDULES = (
    Schedule(key="community.posts.expire", run=expire, every=timedelta(days=1)),
    Schedule(key="community.posts.remind", run=remind, every=timedelta(days=1)),
    Schedule(key="community.exchanges.close", run=close_unanswered, every=timedelta(days=1)),
)
