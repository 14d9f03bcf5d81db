"""What ends when a parent does not want their child to take part any more."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.utils import timezone

from community.mutual_aid.taking_part import minor_left_without_word
from portal.extensions import EventSink

from .models import Answer, Gathering
from .workflow import GatheringError


def follow_parent(event: Any) -> None:
    """They do not come: their seats go to who waits, and what they would have brought is to be brought again. What they
    invite to themselves is off; what an organization invites to is its own, and others run it."""
    minor = minor_left_without_word(event)
    if minor is None:
        return
    coming = Answer.objects.open().filter(
        person=minor, gathering__starts_at__gt=timezone.now(), gathering__cancelled_at=None
    )
    for answer in coming.select_related("gathering"):
        with suppress(GatheringError):  # it has begun, or they have said no a moment ago
            answer.withdraw(by=minor)
    theirs = Gathering.objects.filter(organizer=minor, host=None, cancelled_at=None)
    for gathering in theirs.filter(starts_at__gt=timezone.now()):
        with suppress(GatheringError):  # it has begun a moment ago
            gathering.call_off(by=None)


SINKS = (EventSink(key="community.gatherings.follow_parent", receive=follow_parent),)
