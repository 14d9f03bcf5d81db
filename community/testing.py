"""Invented neighbours and what they share, for tests, here and in a site's own suite."""

from __future__ import annotations

import uuid
from datetime import time, timedelta

from django.utils import timezone

from community.mutual_aid.exchanges.models import Exchange, Post
from community.mutual_aid.exchanges.words import Kind, State
from community.mutual_aid.neighbourhood import meant_by
from community.mutual_aid.time_bank.accounts import group_credit
from community.mutual_aid.time_bank.models import HoursAccount
from portal.testing.factories import BuildingFactory, tenant_of

from .mutual_aid.gatherings.models import Gathering
from .mutual_aid.neighbourhood import Audience
from .mutual_aid.shifts.models import Shift, ShiftPlan
from .mutual_aid.shifts.weekdays import ALL


def shift_plan(*, building=None, tasks=(("helps", 2),), **told) -> ShiftPlan:
    """A plan for those of a building, every day from nine to ten, laid out for four weeks."""
    building = building or BuildingFactory()
    plan = ShiftPlan.objects.create(
        **{
            "client_id": uuid.uuid4(),
            "name": "Lavanderia",
            "work": "laundry",
            "audience": Audience.BUILDING,
            "building": building,
            "municipality": building.municipality,
            "organizer": tenant_of(building),
            "weekdays": ALL,
            "starts_at": time(9),
            "minutes": 60,
            "first_day": timezone.localdate(),
            **told,
        }
    )
    for position, (name, places) in enumerate(tasks, start=1):
        plan.roles.create(name=name, places=places, position=position)
    plan.lay_out()
    return plan


def shift_in(days: int = 3, **told) -> Shift:
    """The shift of such a plan in so many days."""
    return shift_plan(**told).shifts.get(day=timezone.localdate() + timedelta(days=days))


def gathering_in(days: int = 5, *, building=None, items=(), **told) -> Gathering:
    """A supper in so many days for those of a building, organized by one of them."""
    building = building or BuildingFactory()
    start = timezone.now() + timedelta(days=days)
    gathering = Gathering.objects.create(
        **{
            "client_id": uuid.uuid4(),
            "name": "Cena in cortile",
            "occasion": "meal",
            "audience": Audience.BUILDING,
            "building": building,
            "municipality": building.municipality,
            "place": "Cortile",
            "organizer": tenant_of(building),
            "starts_at": start,
            "ends_at": start + timedelta(hours=2),
            **told,
        }
    )
    for position, (name, wanted) in enumerate(items, start=1):
        gathering.items.create(name=name, wanted=wanted, position=position)
    return gathering


def credited(*people, minutes: int) -> None:
    """Each of them has given so many minutes (steps of 30, at most 720) in a shared activity."""
    group_credit(people, minutes, key=f"shared:{uuid.uuid4()}", about=HoursAccount.bank())


_WAYS = {
    State.PROPOSED: (),
    State.DECLINED: (("author", "decline"),),
    State.WITHDRAWN: (("asker", "withdraw"),),
    State.LAPSED: (("", "lapse"),),
    State.ACCEPTED: (("author", "accept"),),
    State.SCHEDULED: (("author", "accept"), ("asker", "schedule")),
    State.CANCELLED: (("author", "accept"), ("asker", "cancel")),
    State.DONE: (("author", "accept"), ("author", "done")),
    State.CONFIRMED: (("author", "accept"), ("author", "done"), ("asker", "confirm")),
    State.THANKED: (("author", "accept"), ("author", "done"), ("asker", "confirm"), ("receiver", "thank")),
    State.DISPUTED: (("author", "accept"), ("author", "done"), ("asker", "dispute")),
}


def anew(person):
    """The person as the next request finds them: nothing is remembered of where they belong."""
    return type(person).objects.get(pk=person.pk)


def post_by(author, *, kind: str = Kind.OFFER, meant: int = 0, **content) -> Post:
    """On the board for the author's building, unless `meant` is another of the answers that the author has."""
    told = {"category": "homework", "minutes": 60, "languages": " it ", **content}
    return Post.publish(
        by=author,
        client_id=told.pop("client_id", uuid.uuid4()),
        kind=kind,
        meant=meant_by(author)[meant],
        **told,
    )


def two_neighbours() -> tuple:
    building = BuildingFactory()
    return tenant_of(building), tenant_of(building)


def exchange_in(state: str = State.PROPOSED, *, author=None, asker=None, **content) -> Exchange:
    """An exchange that has come into `state` by its own verbs."""
    if author is None:
        author, asker = two_neighbours()
    exchange = Exchange.propose(post_by(author, **content), by=asker, client_id=uuid.uuid4())
    for who, verb in _WAYS[State(state)]:
        people = {"author": author, "asker": asker, "receiver": exchange.receiver, "": None}
        take(exchange, verb, by=people[who])
    return Exchange.objects.with_people().get(pk=exchange.pk)


def take(exchange: Exchange, verb: str, *, by=None, seen: int | None = None, **told):
    """The verb, with whatever it cannot do without."""
    needed = {
        "schedule": {"starts_at": timezone.now() + timedelta(days=3), "place": "Cortile"},
        "done": {"minutes": 60},
        "confirm": {"minutes": 60},
        "settle": {"minutes": 30},
        **dict.fromkeys(("cancel", "refuse", "dispute"), {"reason": "Non si può."}),
    }
    if verb in ("lapse", "end"):
        return getattr(exchange, verb)()
    return getattr(exchange, verb)(by=by, seen=seen, **{**needed.get(verb, {}), **told})
