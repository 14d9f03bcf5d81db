"""By which words something is found, on SQLite and PostgreSQL alike."""

from html import unescape

import pytest
from django.utils import translation
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.extensions import containing
from portal.extensions.words import wanted, words_of
from portal.housing.models import CommonArea
from portal.search.highlights import highlighted
from portal.search.views import clean
from portal.testing.factories import BuildingFactory, CommonAreaFactory

ALIKE = [
    ("guasto", "guasti"),
    ("Perdita", "PERDITE"),
    ("città", "citta"),
    ("perché", "perche"),
    ("home", "homes"),
    ("house", "houses"),
    ("أضواء", "اضواء"),
    ("الدَّرَج", "الدرج"),
    ("bolletta", "bollette"),
    ("ＩＳＥＥ", "isee"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_case_accents_number_and_vowel_signs_make_no_difference(one, other):
    assert words_of(one) == words_of(other)


@pytest.mark.parametrize(("one", "other"), [("cane", "pane"), ("gas", "gatto"), ("tre", "tra"), ("3", "2")])
def test_other_words_stay_other_words(one, other):
    assert words_of(one) != words_of(other)


def test_articles_count_only_where_there_is_nothing_else():
    assert wanted("la luce e il gas") == ["luc", "gas"]
    assert wanted("il 3+2") == ["3", "2"]
    assert wanted("il la") == ["il", "la"]


def test_a_query_of_marks_wants_nothing():
    assert wanted("\" ' % _ * ( ) : - \\ \x00") == []


# -- in a table of a plugin ---------------------------------------------------------------------------------------


@pytest.fixture
def stairs(db):
    return CommonAreaFactory(
        name="Lavanderia al piano più alto", building=BuildingFactory(name="Casa dei Tigli")
    )


def found(query: str) -> list[CommonArea]:
    return list(
        CommonArea.objects.filter(containing(query, "name", "building__name", kind=CommonArea.Kind.choices))
    )


@pytest.mark.parametrize(
    "query", ["LAVANDERIE", "piu alto", "più", "tigli lavanderia", "lavand", "piano case"]
)
def test_every_word_is_looked_for_in_every_field(stairs, query):
    assert found(query) == [stairs]


def test_a_choice_is_found_by_what_the_reader_sees_of_it(stairs):
    for language in ("it", "en", "ar"):
        with translation.override(language):
            assert found(f"tigli {CommonArea.Kind.STAIRS.label}") == [stairs]


@pytest.mark.parametrize("query", ["anderia", "lavanderia cortile", "%", "_", ".*", "", "' OR 1=1 --", "a|b"])
def test_what_is_not_there_is_not_found(stairs, query):
    assert found(query) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=200))
def test_no_query_is_too_odd_for_the_database(db, query):
    assert found(clean(query)) == []


# -- marked where it stands ---------------------------------------------------------------------------------------


def test_what_was_found_is_marked_as_it_is_written():
    assert (
        highlighted("Le perdite d'acqua", "ACQUE perdita")
        == "Le <mark>perdite</mark> d&#x27;<mark>acqua</mark>"
    )


def test_the_beginning_of_a_word_is_enough_and_its_middle_is_not():
    assert highlighted("Scale e sottoscala", "sca") == "<mark>Scale</mark> e sottoscala"


@given(text=st.text(), query=st.text())
def test_marking_escapes_all_and_loses_nothing(text, query):
    marked = highlighted(text, query)

    assert unescape(marked.replace("<mark>", "").replace("</mark>", "")) == unescape(escape(text))
    assert "<" not in marked.replace("<mark>", "").replace("</mark>", "")
