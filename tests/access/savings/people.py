"""Who comes to the pages of savings, and to whose."""

from collections.abc import Callable
from typing import Any

from portal.ui.pdf import can_print_pdf
from tests.access.people import NOBODY, those
from tests.access.shapes import Asks, Thing
from tests.access.world import World

ADVISES, KEEPS_BOOKS, APPROVES, AUDITS = (
    those(persona) for persona in ("caseworker", "treasurer", "approver", "auditor")
)
AGENCY = ADVISES | KEEPS_BOOKS  # who signs for it
READERS = AGENCY | APPROVES | AUDITS
KEEPERS = KEEPS_BOOKS | APPROVES | AUDITS  # who see what banks say

# Where the system cannot make a PDF, one is led to the page that prints the same.
PDF = 200 if can_print_pdf() else 302

TENANTS = {"name": "the tenant's savings", "arguments": lambda world: [world.tenants_savings.pk]}
TENANT3S = {"name": "savings that end: tenant3's", "arguments": lambda world: [world.tenant3s_savings.pk]}
OTHERS = {
    "name": "savings of a household without a persona",
    "arguments": lambda world: [world.others_savings.pk],
}
ENDED = {"name": "savings that have ended", "arguments": lambda world: [world.ended_savings.pk]}
READ = (
    Thing(**TENANTS, seen_by=those("tenant") | READERS),
    Thing(
        name="tenant2's savings",
        arguments=lambda world: [world.tenant2s_savings.pk],
        seen_by=those("tenant2") | READERS,
    ),
    Thing(**TENANT3S, seen_by=those("tenant3") | READERS),
    Thing(**OTHERS, seen_by=READERS),
    Thing(**ENDED, seen_by=READERS),
)

LEADS_ON = "leads to a page that asks why"
AT_WORK = "money and names at work: no household's savings are opened"
ALL_OF_IT = (
    "the whole book, or a bank's whole file, by whoever keeps or checks it: no household's savings are opened"
)


def verb(word: str, of: Callable[[World], Any], *, name: str = "", **fields: Any) -> Thing:
    """A step at an address that ends in a word."""
    return Thing(name=name or f"the step “{word}”", arguments=lambda world: [of(world).pk, word], **fields)


def no_such_verb(of: Callable[[World], Any]) -> Thing:
    return verb("delete", of, name="a verb that there is not", seen_by=NOBODY)


def asks(path: str, persona: str = "caseworker") -> Asks:
    """Of the tenant's savings; `path` has a place for their number."""
    return Asks(lambda world: path.format(world.tenants_savings.pk), persona)
