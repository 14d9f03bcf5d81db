"""Who may watch which letters, and what a fact touches."""

from __future__ import annotations

from portal.extensions import LiveTopic

from .models import Thread


def _whose(event) -> list[int]:
    return [event.target.person_id] if event.target else []


def _may_watch(user, identifier: str) -> bool:
    """One's own, also before the first; those of anybody who has written for whoever answers. It names the person."""
    if identifier == str(user.pk):
        return True
    # isdigit() alone would let "²" through, which is no key; and no key of ours has twenty figures.
    is_number = identifier.isascii() and identifier.isdigit() and len(identifier) < 19
    return is_number and Thread.objects.visible_to(user).filter(person=identifier).exists()


def _may_watch_all(user, identifier: str) -> bool:
    return identifier == "all" and user.has_perm("portal.answer_letters")


TOPICS = (
    LiveTopic(key="portal.letters", kinds=("portal.thread.*",), identifiers=_whose, allows=_may_watch),
    LiveTopic(
        key="portal.letterbox",
        kinds=("portal.thread.*",),
        identifiers=lambda event: ["all"],
        allows=_may_watch_all,
    ),
)
