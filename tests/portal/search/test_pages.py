"""Pages, found by what stands in them, whatever the language of who asks."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.search.backends import get_search_backend

from portal.pages.models import GuidePage, SectionPage
from portal.pages.search import find_pages
from portal.search.views import clean
from tests.portal.pages.tree import home, write

pytestmark = pytest.mark.django_db


def guide(parent, title: str, text: str = "", **fields):
    page = write(GuidePage, parent, title, body=[("paragraph", f"<p>{text}</p>")] if text else [], **fields)
    get_search_backend().add(page)
    return page


def found(query: str, language: str = "it", limit: int = 20) -> list[str]:
    with translation.override(language):
        return [hit.title for hit in find_pages(AnonymousUser(), query, limit)]


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare")


@pytest.fixture
def eviction(section):
    return guide(
        section, "Ho ricevuto uno sfratto", "Portala allo sportello: la città ti aiuta.", slug="sfratto"
    )


@pytest.fixture
def in_english(eviction, section):
    living = write(SectionPage, home("en"), "Living", translates=section)
    return guide(living, "An eviction letter", "Bring it to the desk.", slug="eviction", translates=eviction)


@pytest.mark.parametrize(
    "query", ["sfratto", "SFRATTI", "sportello citta", "sfrat", "aiuta", "sfratto! (città)"]
)
def test_a_page_is_found_by_title_and_text_whatever_case_accents_and_endings(eviction, query):
    assert found(query) == ["Ho ricevuto uno sfratto"]


def test_the_summary_counts_as_well(section):
    guide(section, "Il contratto", search_description="Diciotto mesi con un operatore accanto.")

    assert found("operatori") == ["Il contratto"]


def test_all_the_words_are_wanted(section, eviction):
    guide(section, "Lo sfratto in campagna")

    assert found("sfratto campagna") == ["Lo sfratto in campagna"]


def test_a_whole_sentence_finds_what_has_the_most_of_it(section, eviction):
    guide(section, "Lavanderia", "Turni e orari.")

    assert found("mi è arrivato lo sfratto ieri mattina") == ["Ho ricevuto uno sfratto"]


def test_what_says_it_in_the_title_comes_first(section):
    guide(section, "Documenti", "Porta il permesso di soggiorno, il permesso e ancora il permesso.")
    guide(section, "Rinnovare il permesso", "Che cosa fare.")
    guide(section, "Altro", "Il permesso.")

    assert found("permesso")[0] == "Rinnovare il permesso"


def test_no_more_are_given_than_are_wanted(section):
    for number in range(5):
        guide(section, f"Guida {number}")

    assert len(found("guida", limit=3)) == 3


# -- in the reader's language -------------------------------------------------------------------------------------


def test_each_reader_gets_the_page_in_their_language(eviction, in_english):
    assert found("sfratto") == ["Ho ricevuto uno sfratto"]
    assert found("eviction", "en") == ["An eviction letter"]


def test_who_reads_english_and_knows_the_italian_word_finds_the_english_page(eviction, in_english):
    assert found("sfratto", "en") == ["An eviction letter"]


def test_a_page_that_both_versions_of_match_stands_there_once(section):
    italian = guide(section, "ISEE")
    guide(write(SectionPage, home("en"), "Living", translates=section), "ISEE", translates=italian)

    assert found("isee", "en") == ["ISEE"]


def test_who_reads_arabic_gets_the_italian_page_and_is_told_so(eviction, in_english):
    with translation.override("ar"):
        (hit,) = find_pages(AnonymousUser(), "eviction", 20)

    assert (hit.title, hit.language) == ("Ho ricevuto uno sfratto", "it")
    assert hit.url == "/ar/abitare/sfratto/"


def test_a_draft_translation_is_not_shown(eviction, in_english):
    in_english.unpublish()

    assert found("sfratto", "en") == ["Ho ricevuto uno sfratto"]


# -- what people type ---------------------------------------------------------------------------------------------

ODD = [
    '"', "'", "\\", "%", "_", "*", "sfratto*", '"sfratto', "sfratto AND", "NOT sfratto", "OR", "NEAR(a b)", "a:b",
    "title:sfratto", "{title} : sfratto", "sfratto -città", "^sfratto", "(sfratto", "sfratto)", "a & b | !c", "<->",
    "sfratto:*", "100%", "'; DROP TABLE x; --", "🏠", "א", "ﷺ", "\u200f", "a" * 200, "a " * 100, "%s %d", "{0}",
]  # fmt: skip


@pytest.mark.parametrize("query", ODD)
def test_what_another_program_would_take_for_an_operator_is_a_word_or_nothing(eviction, query):
    assert set(found(query)) <= {"Ho ricevuto uno sfratto"}
    if "sfratto" in query:
        assert found(query) == ["Ho ricevuto uno sfratto"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=200))
def test_no_query_is_too_odd_for_the_index(eviction, query):
    found(clean(query))


def test_a_search_asks_the_database_at_most_four_times(django_assert_max_num_queries, eviction, in_english):
    found("sfratto", "en")  # sites and content types are remembered from now on
    for query in ("sfratto", "sfratto campagna", "nulla di questo", "%"):
        with django_assert_max_num_queries(4):
            found(query, "en")
