from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .navigation import everybody
from .registry import Declaration, Text


@dataclass(frozen=True, kw_only=True)
class NotificationKind(Declaration):
    """Whom a fact is told to. `key` is the key of the EventKind.

    `title` is called with the reader's language active and is shown inside the portal only: what leaves it (subjects,
    previews) says no more than that there is news. `url` is the path of the object, without language prefix.

    `label` says in plain words what news of this kind is about ("My reports"), where people choose how they hear of
    it. Kinds of one `group` are one line there, under the same label: a handful of lines is what somebody reads. It is
    shown to those whom it `concerns`, which is whoever may be told one day.

    What is `urgent` goes out at night as well, at once, and by one way outside the portal at least.

    What is `told_directly` goes out by a message of its own to the people's addresses and numbers, whatever they have
    chosen; of the channels there are only those that need neither then, so that nobody is written to twice.

    Before something is sent it is asked whether it is still theirs: `tells(event, person)`, else `recipients`. Say the
    former where finding all recipients asks the database for each of them.

    Whoever did it knows and is not told, unless it `tells_actor`: what a thief does with somebody's own session.
    """

    recipients: Callable[[Any], Iterable[Any]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    icon: str = "bell"
    urgent: bool = False
    told_directly: bool = False
    label: Text = ""
    group: str = ""
    concerns: Callable[[Any], bool] = everybody
    tells: Callable[[Any, Any], bool] | None = None

    @property
    def subject(self) -> str:
        """What choices are kept under: the group, or the kind where it stands alone."""
        return self.group or self.key

    tells_actor: bool = False
