"""What stands under the box while somebody types."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction
from wagtail.search.backends import get_search_backend

from manutenzione.testing import operator, ticket_in
from portal.pages import search
from portal.pages.models import GuidePage, SectionPage
from portal.search import views
from portal.search.models import SearchSynonyms
from portal.search.views import SUGGESTIONS
from portal.testing.factories import CommonAreaFactory
from tests.portal.pages.tree import home, seen, write

pytestmark = pytest.mark.django_db


def guide(parent, title: str, **fields):
    page = write(GuidePage, parent, title, **fields)
    get_search_backend().add(page)
    return page


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare")


@pytest.fixture
def guides(section):
    guide(section, "Se ti arriva uno sfratto", search_description="La lettera del giudice.")
    guide(section, "La città e le sue case")


def suggested(client, query: str, prefix: str = "") -> dict[str, str]:
    page = seen(client, f"{prefix}/cerca/suggerimenti/?q={query}")
    return {option.strong.text: option["data-url"] for option in page.select("[role=option]")}


@pytest.mark.parametrize("query", ["sf", "SFRAT", "arriva sfr", "sfratti", "giudici"])
def test_the_beginning_of_a_title_or_what_a_search_would_find(client, guides, query):
    assert suggested(client, query) == {"Se ti arriva uno sfratto": "/abitare/se-ti-arriva-uno-sfratto/"}


def test_a_synonym_counts_while_typing(client, guides):
    SearchSynonyms.objects.create(ways="mandare via\nsfratto")

    assert "Se ti arriva uno sfratto" in suggested(client, "mandare via")


def test_each_option_has_a_place_to_be_pointed_at_and_what_is_found_is_marked_and_said(client, guides):
    page = seen(client, "/cerca/suggerimenti/?q=citta")

    (option,) = page.select("[role=option]")
    assert option["id"]
    assert option["aria-selected"] == "false"
    assert option.mark.text == "città"
    assert page.select_one("[data-said][hidden]").text.strip()


def test_nothing_and_too_little_suggest_nothing(client, guides):
    for query in ("", "s", "%00", "ornitorinco", "%25", "il", '"', "_"):
        assert suggested(client, query) == {}, query


def test_few_are_enough(client, section):
    for number in range(SUGGESTIONS + 3):
        guide(section, f"Guida {number}")

    assert len(suggested(client, "guida")) == SUGGESTIONS


def test_only_what_everybody_may_read_stands_there_whoever_asks(client, section, guides):
    private = guide(section, "Sfratto: nota interna")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    draft = guide(section, "Sfratto: bozza")
    draft.unpublish()
    ticket = ticket_in(area=CommonAreaFactory(), text="Sfratto affisso sulle scale.")
    client.force_login(operator())

    assert list(suggested(client, "sfratto")) == ["Se ti arriva uno sfratto"]
    assert suggested(client, str(ticket.number)) == {}


def test_it_is_the_same_for_everybody_so_a_browser_may_keep_it_for_a_minute(client, guides):
    answer = client.get("/cerca/suggerimenti/?q=sf")

    assert "public" in answer.headers["Cache-Control"]
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies


def test_it_asks_the_database_little(client, guides):
    suggested(client, "sf")
    for query in ("sf", "sfratti", "ornitorinco"):
        with CaptureQueriesContext(connection) as captured:
            suggested(client, query)
        assert len(captured) <= 4, query


def test_whoever_asks_without_end_gets_none_and_searches_all_the_same(client, guides, monkeypatch):
    monkeypatch.setattr(views, "SUGGESTIONS_PER_MINUTE", "3/d")
    for _time in range(3):
        assert suggested(client, "sf")
    refused = client.get("/cerca/suggerimenti/?q=sf")
    assert (refused.status_code, refused.headers["Cache-Control"]) == (429, "no-store"), (
        "nobody else's answer"
    )
    assert refused.content == b""

    assert seen(client, "/cerca/?q=sfratto").select("main .list strong")


def test_what_somebody_typed_comes_back_as_words(client, section):
    guide(section, "<script>alert(1)</script> &co")

    page = seen(client, "/cerca/suggerimenti/?q=<script>alert(1)</script>")

    assert page.select("script") == []
    assert page.strong.text == "<script>alert(1)</script> &co"


def test_a_suggestion_is_only_asked_for(client):
    assert client.post("/cerca/suggerimenti/", {"q": "sf"}).status_code == 405


# -- a word mistyped --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("sfrato", "sfratto"),
        ("sfartto", "sfratto"),
        ("arivva", "arriva"),
        ("lo sfrrato grande", "lo sfratto grande"),
    ],
)
def test_the_nearest_word_of_a_title_is_proposed(client, guides, typed, proposed):
    page = seen(client, f"/cerca/?q={typed}")

    link = page.select_one("main div[role=status] a")
    assert link.text == proposed
    assert seen(client, f"/cerca/{link['href']}").select("main .list strong")


@pytest.mark.parametrize("typed", ["ornitorinco", "xyz", "12345", "sfr%25tt_", "'; DROP", "a" * 200])
def test_what_is_near_to_nothing_gets_no_proposal(client, guides, typed):
    assert seen(client, f"/cerca/?q={typed}").select_one("main div[role=status] p a") is None


def test_a_word_of_a_private_page_is_proposed_to_nobody(client, section):
    private = guide(section, "Ristrutturazione riservata")
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    assert seen(client, "/cerca/?q=ristruturazione").select_one("main div[role=status] p a") is None


def test_a_search_of_nothing_but_strange_words_compares_few_of_them(client, guides, monkeypatch):
    compared = []
    monkeypatch.setattr(search, "_slips", lambda one, other: compared.append(one) or 9)
    seen(client, "/cerca/?q=" + "+".join(f"sfra{letter * 2}o" for letter in "bcdfglmnprsv"))

    assert 0 < len(set(compared)) <= search.MOST_UNKNOWN


def test_of_many_words_only_the_likeliest_are_compared(monkeypatch):
    letters = "bcdfglmnprstvz"
    words = {f"sfrat{a}{b}{c}": "" for a in letters for b in letters for c in letters}
    titles = search.TitleWords.of({**words, "sfratto": "sfratto"})
    compared = []
    slips = search._slips
    monkeypatch.setattr(search, "_slips", lambda *pair: compared.append(pair) or slips(*pair))

    assert titles.nearest("sfartto") == "sfratto"
    assert len(compared) <= search.COMPARED


def test_whoever_mistypes_without_end_gets_no_proposal_for_a_while(client, guides, monkeypatch):
    monkeypatch.setattr(views, "PROPOSALS_PER_MINUTE", "1/d")
    assert seen(client, "/cerca/?q=sfrato").select_one("main div[role=status] p a")
    assert seen(client, "/cerca/?q=sfrato").select_one("main div[role=status] p a") is None
