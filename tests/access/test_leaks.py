"""The leak hunt: what is said in a mediation stands in no answer to anybody who is not in it, whatever they ask for.

That a case and one that does not exist give the same answer, byte by byte, is told by test_matrix.py of every address.
"""

import pytest

from community.mediation.pages.urls import urlpatterns as mediation_urls

from .pages import VISITOR, address
from .people import ANYONE
from .routes import ROUTES
from .world import MARKER

IN_IT = {"tenant", "tenant2", "mediator"}
OTHERS = (VISITOR, *sorted(ANYONE - IN_IT))


def told_by(answer) -> bytes:
    """All of an answer: what it says, and its headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body + repr(sorted(answer.headers.items())).encode()


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_no_answer_tells_it_to_anybody_else(world, name):
    """Every address, with all that is behind it."""
    told = [
        f"{persona} at {path}"
        for thing in ROUTES[name].things
        for path in [address(name, thing.arguments(world))]
        for persona in OTHERS
        for method in ROUTES[name].methods
        if MARKER.encode() in told_by(world.ask(persona, method, path))
    ]
    assert told == []


@pytest.mark.parametrize(
    "path",
    [
        f"/cerca/?q={MARKER}",
        f"/cerca/suggerimenti/?q={MARKER}",
        f"/risorse/?near={MARKER}",
        f"/conversazioni/?q={MARKER}",
        f"/admin/pages/search/?q={MARKER}",
        f"/admin/images/?q={MARKER}",
        f"/admin/reports/site-history/?q={MARKER}",
        "/notifiche/",
    ],
)
def test_no_search_finds_it(world, path):
    """Asked for by its very word: an answer may repeat the question, and finds as much as for a word that nobody has
    ever said."""
    nobody_said = "zaffirorumoroso"
    for persona in OTHERS:
        found = told_by(world.ask(persona, "get", path)).replace(MARKER.encode(), b"")
        nothing = told_by(world.ask(persona, "get", path.replace(MARKER, nobody_said)))
        assert len(found) == len(nothing.replace(nobody_said.encode(), b"")), (
            f"{persona} finds something at {path}"
        )


def test_every_address_of_mediation_is_compared_with_one_that_does_not_exist():
    """With an argument that leads to a case: without `missing` nothing would compare the two answers."""
    with_key = {f"community:{row.name}" for row in mediation_urls if "<uuid:" in str(row.pattern)}
    assert with_key
    assert [name for name in sorted(with_key) if not ROUTES[name].missing] == []


def test_who_is_in_it_reads_it(world):
    """Or the hunt would hunt for nothing."""
    path = address("community:mediation_room", [world.room("joint").pk])
    for persona in sorted(IN_IT):
        assert MARKER.encode() in world.ask(persona, "get", path).content
