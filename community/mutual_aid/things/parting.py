"""What ends when a parent does not want their child to take part any more."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from community.mutual_aid.taking_part import minor_left_without_word
from portal.extensions import EventSink

from .models import Thing
from .reservations import Reservation, WaitingPlace
from .words import ThingState
from .workflow import NotPossible


def follow_parent(event: Any) -> None:
    """What they have reserved or wait for goes to others; what they have stays with them until they give it back. What
    is theirs to lend rests: with the parent's word they lend it again."""
    minor = minor_left_without_word(event)
    if minor is None:
        return
    for reservation in Reservation.objects.coming().filter(person=minor):
        with suppress(NotPossible):  # picked up or cancelled a moment ago
            reservation.cancel(by=None)
    for place in WaitingPlace.objects.filter(person=minor):
        place.leave()
    for thing in Thing.objects.filter(owner=minor, state=ThingState.AVAILABLE):
        with suppress(NotPossible):
            thing.pause(by=minor)


SINKS = (EventSink(key="community.things.follow_parent", receive=follow_parent),)
