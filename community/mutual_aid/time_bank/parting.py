"""What ends when a parent does not want their child to take part any more."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from community.mutual_aid.taking_part import minor_left_without_word
from portal.extensions import EventSink

from .pot import NotPossible, PotRequest


def follow_parent(event: Any) -> None:
    """What they ask of the common pot is taken back; their hours stay theirs."""
    minor = minor_left_without_word(event)
    if minor is None:
        return
    for asked in PotRequest.objects.waiting().filter(person=minor):
        with suppress(NotPossible):  # answered a moment ago
            asked.withdraw(by=minor)


SINKS = (EventSink(key="community.time_bank.follow_parent", receive=follow_parent),)
