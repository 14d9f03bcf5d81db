"""Who may watch what of shifts."""

from __future__ import annotations

from django.apps import apps

from community.keys import is_key
from community.mutual_aid.neighbourhood import reach_of
from community.safety.roles import caseworker
from portal.extensions import LiveTopic

from .models import Shift


def _may_watch_shift(user, identifier: str) -> bool:
    return is_key(identifier) and Shift.objects.visible_to(user).filter(pk=identifier).exists()


def _may_watch_shifts(user, identifier: str) -> bool:
    """Those of a municipality, as in the list."""
    towns = apps.get_model("portal", "Municipality").objects
    if not is_key(identifier) or not towns.filter(pk=identifier).exists():
        return False
    return int(identifier) in reach_of(user).municipalities or caseworker(user)


TOPICS = (
    LiveTopic(
        key="community.shift",
        kinds=("community.shift.*",),
        identifiers=lambda event: [event.object_id],
        allows=_may_watch_shift,
    ),
    LiveTopic(
        key="community.shifts",
        kinds=("community.shift.*",),
        identifiers=lambda event: [event.target.plan.municipality_id] if event.target else [],
        allows=_may_watch_shifts,
    ),
)
