"""What ends when a parent, or a minor, leaves the household."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from portal.extensions import EventSink

from .models import ParentalApproval


def end_approvals(event: Any) -> None:
    """Words behind which no adult of the minor's household stands any more. Another adult can give theirs."""
    if event.kind != "portal.household.left":
        return
    about = ParentalApproval.objects.filter(Q(minor=event.data["person"]) | Q(given_by=event.data["person"]))
    about.exclude(pk__in=ParentalApproval.objects.in_force()).end(by=None)


SINKS = (EventSink(key="community.safety.end_approvals", receive=end_approvals),)
