"""What ends when a parent does not want their child to take part any more."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from community.mutual_aid.taking_part import minor_left_without_word
from portal.extensions import EventSink

from .models import Shift, ShiftPlace
from .workflow import ShiftError


def follow_parent(event: Any) -> None:
    """Their places in shifts still to come are free again, and the others hear it as of any place that is given up."""
    minor = minor_left_without_word(event)
    if minor is None:
        return
    held = ShiftPlace.objects.held().filter(person=minor, shift__in=Shift.objects.coming())
    for place in held.order_by("shift_id"):  # each locks its shift, in the same order as whoever swaps
        with suppress(ShiftError):  # swapped a moment ago, or it has begun
            place.withdraw(by=minor)


SINKS = (EventSink(key="community.shifts.follow_parent", receive=follow_parent),)
