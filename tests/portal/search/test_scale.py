"""A search costs as much among very many pages as among ten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.pages.models import GuidePage, SectionPage
from portal.search.models import SearchSynonyms
from tests.harness.many_pages import build
from tests.harness.races import size
from tests.portal.pages.tree import home, write

FEW, MANY = 10, size(300, 10_000)
MOST = 6  # queries
# Found in all, in some, by a beginning, by one word of a sentence, by a synonym, after a slip, not at all.
QUERIES = [
    "guida",
    "caldaia guasto",
    "cald",
    "dove trovo la chiave del solaio",
    "pigione",
    "caldaja",
    "ornitorinco",
    "%",
]
pytestmark = pytest.mark.django_db


def costs(client) -> dict[str, int]:
    found = {}
    for address in [f"/cerca/?q={query}" for query in QUERIES] + ["/cerca/suggerimenti/?q=cal"]:
        # Menus, content types and the words of titles are remembered for a minute or more: on a slow machine one of
        # them may be forgotten between two visits, not twice running.
        found[address] = min(asked(client, address) for _time in range(3))
    return found


def asked(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_search_among_very_many_pages_asks_as_often_as_among_ten_and_at_most_six_times(client):
    SearchSynonyms.objects.create(ways="pigione\naffitto")
    section = write(SectionPage, home(), "Abitare")
    build(FEW, section)
    few = costs(client)
    section.refresh_from_db()
    other = write(SectionPage, home(), "Altro")
    build(MANY, other)

    many = costs(client)

    assert GuidePage.objects.live().count() >= FEW + MANY
    assert many == few
    assert max(many.values()) <= MOST
