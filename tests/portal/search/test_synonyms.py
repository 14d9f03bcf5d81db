"""Words that editors say mean the same."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from wagtail.models import ModelLogEntry
from wagtail.search.backends import get_search_backend

from manutenzione.testing import operator, ticket_in
from portal.extensions.queries import Query
from portal.pages.models import GuidePage, SectionPage
from portal.search.highlights import highlighted
from portal.search.models import SearchSynonyms
from portal.search.synonyms import understood
from portal.testing.factories import CommonAreaFactory, UserFactory
from tests.portal.pages.tree import home, seen
from tests.portal.pages.tree import write as write_page

pytestmark = pytest.mark.django_db


def write(*arguments, **fields):
    page = write_page(*arguments, **fields)
    get_search_backend().add(page)
    return page


@pytest.fixture
def guides():
    section = write(SectionPage, home(), "Abitare")
    write(GuidePage, section, "Se ti arriva uno sfratto")
    write(GuidePage, section, "Pagare luce e gas", search_description="Quando il conto è troppo alto.")


def group(*said: str, language: str = "") -> SearchSynonyms:
    entry = SearchSynonyms(ways="\n".join(said), language=language)
    entry.full_clean()
    entry.save()
    return entry


def hits(client, query: str, prefix: str = "") -> list[str]:
    return [hit.text for hit in seen(client, f"{prefix}/cerca/?q={query}").select("main .list strong")]


def test_what_people_say_finds_what_the_pages_say_at_once(client, guides):
    assert hits(client, "bolletta") == []
    entry = group("bolletta", "conto")
    assert hits(client, "bollette") == ["Pagare luce e gas"]

    entry.delete()
    assert hits(client, "bollette") == []


def test_several_words_say_one_thing_in_both_directions(client, guides):
    group("sfratto", "perdere la casa", "mandare via")

    assert hits(client, "ho paura di perdere casa") == ["Se ti arriva uno sfratto"]
    assert hits(client, "casa perdere") == []  # the words, but not what they say together
    write(GuidePage, home().get_children().get(slug="abitare").specific, "Che fare per non perdere la casa")
    assert len(hits(client, "sfratti")) == 2


def test_the_longest_that_is_said_counts():
    group("casa", "alloggio")
    group("casa popolare", "ERP")

    senses = understood("casa popolare a milano", "it").senses

    assert [ways[0] for ways in senses] == [("casa", "popolare"), ("milano",)]
    assert ("ERP",) in senses[0]
    assert ("alloggio",) not in senses[0]


def test_an_entry_for_one_language_is_for_its_readers_alone(client, guides):
    group("conto", "count", language="en")

    assert hits(client, "count") == []
    assert hits(client, "count", "/en") == ["Pagare luce e gas"]


def test_it_counts_for_what_an_app_finds_as_well(client):
    ticket = ticket_in(area=CommonAreaFactory(), text="La lampadina è bruciata.")
    client.force_login(operator())
    assert hits(client, "bulbo") == []
    group("bulbo", "lampadina")

    assert [str(ticket.number) in hit for hit in hits(client, "bulbo")] == [True]


def test_what_was_found_by_another_word_is_marked():
    query = Query("bolletta", [[("bolletta",), ("conto",)]])

    assert highlighted("Il conto del gas", query) == "Il <mark>conto</mark> del gas"


# -- what an editor may write -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("sfratto", "at least two"),
        ("sfratto, Sfratto", "at least two"),
        ("", "blank"),
        ("\n , ;", "at least two"),
        ("sfratto, ???", "no word"),
        ("sfratto, 123", "no word"),
        ("sfratto, il la", "everything"),
        ("sfratto, " + "parola " * 6, "too long"),
        ("sfratto, " + "x" * 61, "too long"),
        (", ".join(f"parola{'x' * n}" for n in range(21)), "too many"),
    ],
)
def test_what_would_find_nothing_or_everything_is_refused(written, said):
    with translation.override("en"):
        with pytest.raises(ValidationError) as refused:
            SearchSynonyms(ways=written).full_clean()

        assert set(refused.value.message_dict) == {"ways"}
        assert said in str(refused.value.messages)


def test_a_word_stands_in_one_entry():
    known = group("sfratto", "lettera del giudice")

    with pytest.raises(ValidationError, match="Sfratto.*lettera del giudice"):
        SearchSynonyms(ways="Sfratto, mandare via").full_clean()
    known.full_clean()  # itself is no other
    SearchSynonyms(ways="sfratto, eviction", language="en").clean_fields()


def test_an_editor_keeps_them_in_the_administration(client):
    client.force_login(UserFactory(roles=["portal.editor"]))

    answer = client.post("/admin/synonyms/new/", {"ways": "sfratto, il", "language": ""})
    assert "«il»" in answer.text or "“il”" in answer.text
    assert SearchSynonyms.objects.count() == 0
    client.post("/admin/synonyms/new/", {"ways": "sfratto, mandare via", "language": ""})

    assert SearchSynonyms.objects.get().said() == ["sfratto", "mandare via"]


def test_a_pair_joins_the_entry_that_has_one_of_them_and_is_written_down_once():
    editor = UserFactory(roles=["portal.editor"])
    for _twice in range(2):
        SearchSynonyms.add("mandato via", "sfratto", by=editor)
    SearchSynonyms.add("ufficiale giudiziario", "Sfratto", by=editor)

    entry = SearchSynonyms.objects.get()
    assert [said.lower() for said in entry.said()] == ["sfratto", "mandato via", "ufficiale giudiziario"]
    assert ModelLogEntry.objects.filter(user=editor, action="wagtail.create").count() == 1
