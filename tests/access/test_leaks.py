"""The leak hunt: what is said in a mediation, and what a household tells of its savings, stands in no answer to anybody
whom it was not told, whatever they ask for.

That a case and one that does not exist give the same answer, byte by byte, is told by test_matrix.py of every address.
"""

import pytest

from community.mediation.pages.urls import urlpatterns as mediation_urls

from .pages import VISITOR, address
from .people import ANYONE
from .routes import ROUTES
from .savings.people import READERS
from .world import DREAM, HARDSHIP, MARKER

IN_IT = {"tenant", "tenant2", "mediator"}
# By each word who may read it.
TOLD = {MARKER: IN_IT, DREAM: {"tenant"}, HARDSHIP: {"tenant", *READERS}}


def others(word):
    return (VISITOR, *sorted(ANYONE - TOLD[word]))


def told_by(answer) -> bytes:
    """All of an answer: what it says, and its headers; not how long it is, which its body tells, and which has a figure
    more from some length on."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = sorted(row for row in answer.headers.items() if row[0] != "Content-Length")
    return body + repr(headers).encode()


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_no_answer_tells_it_to_anybody_else(world, name):
    """Every address, with all that is behind it."""
    told = [
        f"{word} to {persona} at {path}"
        for thing in ROUTES[name].things
        for path in [address(name, thing.arguments(world))]
        for persona in (VISITOR, *sorted(ANYONE))
        for method in ROUTES[name].methods
        for answer in [told_by(world.ask(persona, method, path))]
        for word in TOLD
        if persona in others(word) and word.encode() in answer
    ]
    assert told == []


@pytest.mark.parametrize("word", TOLD)
@pytest.mark.parametrize(
    "path",
    [
        "/cerca/?q={}",
        "/cerca/suggerimenti/?q={}",
        "/risorse/?near={}",
        "/conversazioni/?q={}",
        "/risparmio/accordi/?q={}",
        "/risparmio/nuovo/?q={}",
        "/admin/pages/search/?q={}",
        "/admin/images/?q={}",
        "/admin/reports/site-history/?q={}",
        "/notifiche/",
    ],
)
def test_no_search_finds_it(world, path, word):
    """Asked for by its very word: an answer may repeat the question, and finds as much as for a word that nobody has
    ever said."""
    nobody_said = "zaffirorumoroso"
    for persona in others(word):
        found = told_by(world.ask(persona, "get", path.format(word))).replace(word.encode(), b"")
        nothing = told_by(world.ask(persona, "get", path.format(nobody_said)))
        assert len(found) == len(nothing.replace(nobody_said.encode(), b"")), (
            f"{persona} finds something at {path}"
        )


def test_every_address_of_mediation_is_compared_with_one_that_does_not_exist():
    """With an argument that leads to a case: without `missing` nothing would compare the two answers."""
    with_key = {f"community:{row.name}" for row in mediation_urls if "<uuid:" in str(row.pattern)}
    assert with_key
    assert [name for name in sorted(with_key) if not ROUTES[name].missing] == []


READ_AT = {
    MARKER: lambda world: address("community:mediation_room", [world.room("joint").pk]),
    DREAM: lambda world: address("risparmio:goals", [world.tenants_savings.pk]),
    HARDSHIP: lambda world: address("risparmio:plan", [world.tenants_savings.pk]),
}


@pytest.mark.parametrize("word", TOLD)
def test_whom_it_was_told_reads_it(world, word):
    """Or the hunt would hunt for nothing."""
    for persona in sorted(TOLD[word]):
        assert word.encode() in world.ask(persona, "get", READ_AT[word](world)).content
