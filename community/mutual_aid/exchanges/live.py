"""Who may watch what, and which lists a fact touches."""

from __future__ import annotations

from community.keys import is_key
from community.mutual_aid.neighbourhood import reach_of
from community.safety.areas import answers_anywhere
from portal.extensions import LiveTopic

from .models import Exchange, Post


def _may_watch_board(user, identifier: str) -> bool:
    return is_key(identifier) and int(identifier) in reach_of(user).municipalities


def _may_watch_exchange(user, identifier: str) -> bool:
    return is_key(identifier) and Exchange.objects.visible_to(user).filter(pk=identifier).exists()


def _may_watch_post(user, identifier: str) -> bool:
    return is_key(identifier) and Post.objects.visible_to(user).filter(pk=identifier).exists()


def _may_watch_mine(user, identifier: str) -> bool:
    return user.is_authenticated and identifier == str(user.pk)


def _may_watch_care(user, identifier: str) -> bool:
    return identifier == "all" and answers_anywhere(user)


def _posts_of(event) -> list:
    """The post's own page, also where the fact is of an exchange that came of it."""
    if ".post." in event.kind:
        return [event.object_id]
    return [event.target.post_id] if event.target and event.target.post_id else []


def _whose(event) -> set[int]:
    if ".post." in event.kind:
        return {event.target.author_id} if event.target else set()
    return {event.data.get("giver"), event.data.get("receiver")} - {None}


_ALL = ("community.post.*", "community.exchange.*")

TOPICS = (
    LiveTopic(
        key="community.board",
        kinds=_ALL,
        identifiers=lambda event: [event.data["municipality"]],
        allows=_may_watch_board,
    ),
    LiveTopic(key="community.post", kinds=_ALL, identifiers=_posts_of, allows=_may_watch_post),
    LiveTopic(
        key="community.exchange",
        kinds=("community.exchange.*",),
        identifiers=lambda event: [event.object_id],
        allows=_may_watch_exchange,
    ),
    LiveTopic(key="community.my_exchanges", kinds=_ALL, identifiers=_whose, allows=_may_watch_mine),
    LiveTopic(
        key="community.exchange_care",
        kinds=("community.exchange.*", "community.pot_request.*"),
        identifiers=lambda event: ["all"],
        allows=_may_watch_care,
    ),
)
