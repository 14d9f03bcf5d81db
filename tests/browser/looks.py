"""What there is to look at besides the declared addresses: the same address with another answer in it.

A look is a name, a persona (None is a visitor) and its address; `{…}` is filled in from the world by walk.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.access.world import World

REPORT = "/manutenzione/segnala/"


@dataclass(frozen=True)
class Look:
    name: str
    persona: str | None
    path: str | Callable[[World], str]

    def address(self, world: World) -> str:
        return self.path if isinstance(self.path, str) else self.path(world)


def _label(world: World) -> str:
    return str(world.tenants_home.common_areas.first().label)


LOOKS = (
    Look("search, with results", None, "/cerca/?q=casa"),
    Look("search, in vain", None, "/cerca/?q=xyzzyx"),
    Look("search, by somebody who sees more", "tenant", "/cerca/?q=luce"),
    Look("signing in on the way to a page", None, "/account/login/?next=/casa/"),
    Look("report: a scanned label, to a visitor", None, lambda world: f"{REPORT}?area={_label(world)}"),
    Look("report: danger?", "tenant", lambda world: f"{REPORT}?area={_label(world)}"),
    Look("report: danger!", "tenant", lambda world: f"{REPORT}?area={_label(world)}&danger=gas"),
    Look(
        "report: has called", "tenant", lambda world: f"{REPORT}?area={_label(world)}&danger=gas&called=yes"
    ),
    Look("report: the form", "tenant", lambda world: f"{REPORT}?area={_label(world)}&danger=no"),
    Look(
        "report: an unknown label", "tenant", f"{REPORT}?area=00000000-0000-0000-0000-000000000000&danger=no"
    ),
    Look("report: another building", "tenant3", lambda world: f"{REPORT}?area={_label(world)}&danger=no"),
    Look("report: which building?", "maintenance", f"{REPORT}?danger=no"),
    Look("report: lives in none", "neighbour", f"{REPORT}?danger=no"),
    Look("board: mine", "tenant", "/manutenzione/?show=mine"),
    Look("board: finished", "tenant", "/manutenzione/?show=finished"),
    Look("work list: filtered", "maintenance", "/manutenzione/lavoro/?urgency=P2&building=1"),
    Look("work list: nothing", "maintenance", "/manutenzione/lavoro/?state=cancelled&urgency=P0&overdue=on"),
    Look("work list: all, page 2", "maintenance", "/manutenzione/lavoro/?state=all&page=2"),
    Look("roles: somebody found", "admin", "/persone/ruoli/?q=a"),
    Look("roles: nobody found", "admin", "/persone/ruoli/?q=xyzzyx"),
)
