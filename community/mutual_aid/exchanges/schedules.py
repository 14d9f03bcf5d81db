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


def ask_again() -> None:
    """Whoever has to say something of an exchange is reminded."""
    for exchange in Exchange.objects.to_remind():
        exchange.remind()


def pass_on() -> None:
    """What those who settle it let lie goes to the agency."""
    for exchange in Exchange.objects.to_pass_on():
        exchange.pass_on()


def close_left_alone() -> None:
    """What nobody touches ends, without hours."""
    for exchange in Exchange.objects.left_alone():
        with suppress(TransitionError):  # somebody did touch it
            exchange.close()


def forget_places() -> None:
    Exchange.objects.with_place_to_forget().update(place="")


SCHEDULES = (
    Schedule(key="community.posts.expire", run=expire, every=timedelta(days=1)),
    Schedule(key="community.posts.remind", run=remind, every=timedelta(days=1)),
    Schedule(key="community.exchanges.close", run=close_unanswered, every=timedelta(days=1)),
    Schedule(key="community.exchanges.remind", run=ask_again, every=timedelta(days=1)),
    Schedule(key="community.exchanges.pass_on", run=pass_on, every=timedelta(days=1)),
    Schedule(key="community.exchanges.end", run=close_left_alone, every=timedelta(days=1)),
    Schedule(key="community.exchanges.forget_places", run=forget_places, every=timedelta(days=1)),
)
