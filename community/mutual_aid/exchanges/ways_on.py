"""Where to turn when nothing came of a question: others like it, the same one again, one's own on the board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .models import Exchange, Post
from .words import Kind, PostState, State

MOST = 3
_DEAD_ENDS = (State.DECLINED, State.LAPSED, State.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class WaysOn:
    """`posts` are others of the kind that was answered, `again` the same one where it can be answered again, `own` the
    kind of post that the person could publish themselves."""

    posts: list[Post]
    again: Post | None
    own: Kind


def own_post_after(exchange: Exchange, user: Any) -> Post | None:
    """What somebody has published, once what came of it has been called off: on the board again, or paused."""
    post = exchange.post
    is_own = post is not None and post.author_id == user.pk
    # What can be given to many has never left the board.
    if exchange.state != State.CANCELLED or not is_own or not post.is_found_once:
        return None
    return post if post.state in (PostState.OPEN, PostState.PAUSED) else None


def ways_on(exchange: Exchange, user: Any) -> WaysOn | None:
    """For whoever asked and got a no, or nothing."""
    if exchange.state not in _DEAD_ENDS or exchange.asked_by_id != user.pk:
        return None
    if exchange.state == State.CANCELLED and exchange.reason_side == exchange.side_of(user):
        return None  # they called it off themselves
    answered = Kind.OFFER if exchange.author_side == "giver" else Kind.REQUEST
    others = Post.objects.of_others(user).filter(kind=answered, category=exchange.category)
    post = exchange.post
    return WaysOn(
        posts=list(others.exclude(pk=exchange.post_id).with_people()[:MOST]),
        again=post if post is not None and user.has_perm("community.answer_post", post) else None,
        own=answered.opposite,
    )
