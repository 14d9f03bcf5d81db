"""The live topics: which channels there are, and who may watch. A topic that stands in no row fails the build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .people import those
from .routes import (
    AGENCY,
    EXCHANGES,
    FOREIGN_TICKET,
    GATHERINGS,
    GRANDMOTHERS_TICKET,
    IN_PERO,
    NEIGHBOURHOOD,
    NEIGHBOURS_TALK,
    NEIGHBOURS_TICKET,
    SHIFTS,
    STEWARDS,
    TAKES_PART,
    TENANTS_POST,
    TENANTS_TALK,
    TENANTS_THING,
    TENANTS_TICKET,
    Thing,
)
from .savings.people import KEEPERS, READERS
from .world import World


@dataclass(frozen=True, kw_only=True)
class Channel:
    identifier: Callable[[World], Any]
    watched_by: frozenset[str]


def ticket(thing: Thing, choose: Callable[[World], Any]) -> Channel:
    return Channel(identifier=lambda world: choose(world).pk, watched_by=thing.seen_by)


TOPICS: dict[str, tuple[Channel, ...]] = {
    "community.thing": (
        Channel(identifier=lambda world: world.tenants_thing.pk, watched_by=TENANTS_THING.seen_by),
    ),
    "community.loans": (
        Channel(identifier=lambda world: world.users["tenant"].pk, watched_by=those("tenant")),
        Channel(identifier=lambda world: world.users["coordinator"].pk, watched_by=those("coordinator")),
    ),
    "community.mediation": (
        Channel(
            identifier=lambda world: world.mediation.pk, watched_by=those("tenant", "tenant2", "mediator")
        ),
    ),
    # The other side, another mediator, whoever coordinates them, administrators: nobody watches another's room.
    "community.mediation_room": (
        Channel(
            identifier=lambda world: world.room("private", "tenant").pk,
            watched_by=those("tenant", "mediator"),
        ),
        Channel(
            identifier=lambda world: world.room("private", "tenant2").pk,
            watched_by=those("tenant2", "mediator"),
        ),
        Channel(
            identifier=lambda world: world.room("joint").pk,
            watched_by=those("tenant", "tenant2", "mediator"),
        ),
        Channel(identifier=lambda world: world.room("notes").pk, watched_by=those("mediator")),
    ),
    "community.shift": tuple(
        Channel(identifier=lambda world, thing=thing: thing.arguments(world)[0], watched_by=thing.seen_by)
        for thing in SHIFTS
    ),
    "community.gathering": tuple(
        Channel(identifier=lambda world, thing=thing: thing.arguments(world)[0], watched_by=thing.seen_by)
        for thing in GATHERINGS
    ),
    "community.shifts": (
        Channel(
            identifier=lambda world: world.tenants_home.municipality_id, watched_by=IN_PERO | {"caseworker"}
        ),
        Channel(
            identifier=lambda world: world.other_home.municipality_id,
            watched_by=those("tenant3", "volunteer", "coordinator", "caseworker"),
        ),
    ),
    "manutenzione.ticket": (
        ticket(TENANTS_TICKET, lambda world: world.tenants_ticket),
        ticket(NEIGHBOURS_TICKET, lambda world: world.neighbours_ticket),
        ticket(FOREIGN_TICKET, lambda world: world.foreign_ticket),
        ticket(GRANDMOTHERS_TICKET, lambda world: world.grandmothers_ticket),
    ),
    "manutenzione.board": (
        Channel(identifier=lambda world: world.tenants_home.pk, watched_by=NEIGHBOURHOOD | AGENCY),
        Channel(identifier=lambda world: world.other_home.pk, watched_by=those("tenant3") | AGENCY),
    ),
    "manutenzione.mine": (
        Channel(identifier=lambda world: world.users["tenant"].pk, watched_by=those("tenant")),
        Channel(identifier=lambda world: world.users["contractor"].pk, watched_by=those("contractor")),
        Channel(identifier=lambda world: world.users["maintenance"].pk, watched_by=those("maintenance")),
        Channel(identifier=lambda world: world.neighbours_grant.principal_id, watched_by=those("neighbour")),
    ),
    "community.conversation": (
        Channel(identifier=lambda world: world.tenants_talk.pk, watched_by=TENANTS_TALK.seen_by),
        Channel(identifier=lambda world: world.neighbours_talk.pk, watched_by=NEIGHBOURS_TALK.seen_by),
    ),
    "community.conversations": (
        Channel(identifier=lambda world: world.users["tenant"].pk, watched_by=those("tenant")),
        Channel(identifier=lambda world: world.users["maintenance"].pk, watched_by=those("maintenance")),
    ),
    "community.board": (
        Channel(
            identifier=lambda world: world.tenants_home.municipality_id,
            watched_by=TAKES_PART - those("tenant3"),
        ),
    ),
    "community.post": (
        Channel(identifier=lambda world: world.tenants_post.pk, watched_by=TENANTS_POST.seen_by),
    ),
    "community.exchange": (
        Channel(identifier=lambda world: world.tenants_exchange.pk, watched_by=EXCHANGES[0].seen_by),
        Channel(identifier=lambda world: world.disputed_exchange.pk, watched_by=EXCHANGES[1].seen_by),
    ),
    "community.my_exchanges": (
        Channel(identifier=lambda world: world.users["tenant"].pk, watched_by=those("tenant")),
        Channel(identifier=lambda world: world.users["neighbour"].pk, watched_by=those("neighbour")),
    ),
    "community.exchange_care": (Channel(identifier=lambda world: "all", watched_by=STEWARDS),),
    "portal.delegations": (
        Channel(identifier=lambda world: world.users["tenant"].pk, watched_by=those("tenant")),
        Channel(identifier=lambda world: world.users["neighbour"].pk, watched_by=those("neighbour")),
    ),
    "portal.desk_day": (
        Channel(identifier=lambda world: world.tenants_appointment.desk_id, watched_by=those("caseworker")),
    ),
    "portal.desks_today": (Channel(identifier=lambda world: "all", watched_by=those("caseworker")),),
    "portal.inbox": (
        Channel(identifier=lambda world: world.users["tenant"].pk, watched_by=those("tenant")),
        Channel(identifier=lambda world: world.users["admin"].pk, watched_by=those("admin")),
    ),
    "portal.letters": (
        Channel(identifier=lambda world: world.users["tenant"].pk, watched_by=those("tenant", "caseworker")),
        Channel(
            identifier=lambda world: world.users["tenant2"].pk, watched_by=those("tenant2", "caseworker")
        ),
    ),
    "portal.letterbox": (Channel(identifier=lambda world: "all", watched_by=those("caseworker")),),
    "risparmio.agreement": (
        Channel(identifier=lambda world: world.tenants_savings.pk, watched_by=those("tenant") | READERS),
        Channel(identifier=lambda world: world.tenant2s_savings.pk, watched_by=those("tenant2") | READERS),
        Channel(identifier=lambda world: world.others_savings.pk, watched_by=READERS),
    ),
    "risparmio.work": (Channel(identifier=lambda world: "all", watched_by=KEEPERS),),
    "manutenzione.triage": (Channel(identifier=lambda world: "all", watched_by=AGENCY),),
}
