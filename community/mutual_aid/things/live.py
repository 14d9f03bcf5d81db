"""Who may watch what: a thing's page, and one's own loans."""

from __future__ import annotations

from community.keys import is_key
from portal.extensions import LiveTopic

from .models import Thing

_KINDS = ("community.thing.*", "community.reservation.*", "community.waitingplace.*")


def _may_watch_thing(user, identifier: str) -> bool:
    return is_key(identifier) and Thing.objects.visible_to(user).filter(pk=identifier).exists()


def _may_watch_loans(user, identifier: str) -> bool:
    return user.is_authenticated and user.is_active and identifier == str(user.pk)


def _which_thing(event) -> list:
    return [event.data.get("thing", event.object_id)]


def _whose(event) -> list:
    """On whose lists it stands: who borrows it, waits for it, or keeps it."""
    target = event.target
    if target is None:
        return []
    thing = getattr(target, "thing", target)
    people = set(thing.kept.values_list("person", flat=True))
    return sorted(people | ({getattr(target, "person_id", None), event.data.get("person")} - {None}))


TOPICS = (
    LiveTopic(key="community.thing", kinds=_KINDS, identifiers=_which_thing, allows=_may_watch_thing),
    LiveTopic(key="community.loans", kinds=_KINDS, identifiers=_whose, allows=_may_watch_loans),
)
