"""Every page of ours that can be looked at: who, and the address."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from .routes import ROUTES
from .world import World

VISITOR = None


def address(name: str, arguments: list) -> str:
    return ROUTES[name].path or reverse(name, args=arguments)


def pages(world: World, *, all_personas: bool = False) -> Iterator[tuple[str, str | None, str]]:
    """(name, persona, path) of every GET that is answered with 200; one persona for a thing, or all who see it."""
    for name, route in ROUTES.items():
        if "get" not in route.methods:
            continue
        for thing in route.things:
            path = address(name, thing.arguments(world))
            if route.visitor == 200:
                yield name, VISITOR, path
            if route.get == 200:
                seen_by = sorted(thing.seen_by)
                yield from ((name, persona, path) for persona in (seen_by if all_personas else seen_by[:1]))
