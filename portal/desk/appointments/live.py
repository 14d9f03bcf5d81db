"""Who may watch a desk's day, and the day of all desks."""

from __future__ import annotations

from portal.desk.models import Desk
from portal.extensions import LiveTopic


def _which_desk(event) -> list[int]:
    return [number for number in (event.data.get("desk"), event.data.get("was_desk")) if number]


def _may_watch(user, identifier: str) -> bool:
    is_number = identifier.isascii() and identifier.isdigit() and len(identifier) < 19
    may = is_number and user.has_perm("portal.keep_appointments")
    return may and Desk.objects.filter(pk=identifier).exists()


def _may_watch_all(user, identifier: str) -> bool:
    return identifier == "all" and user.has_perm("portal.keep_appointments")


TOPICS = (
    LiveTopic(
        key="portal.desk_day",
        kinds=("portal.appointment.*", "portal.waiting.*", "portal.desk.*"),
        identifiers=_which_desk,
        allows=_may_watch,
    ),
    LiveTopic(
        key="portal.desks_today",
        kinds=("portal.appointment.*", "portal.desk.*"),
        identifiers=lambda event: ["all"],
        allows=_may_watch_all,
    ),
)
