"""What one can do here is found by its name, in every language of the portal, before any page."""

import pytest
from django.utils import translation
from wagtail.search.backends import get_search_backend

from portal.desk.appointments.counters import AppointmentTopic, TopicWords
from portal.pages.directory.models import DirectoryPage
from portal.pages.models import GuidePage, SectionPage
from portal.search.actions import MOST, find_actions
from portal.search.models import SearchSynonyms
from portal.search.synonyms import understood
from tests.portal.pages.tree import home, seen, write

pytestmark = pytest.mark.django_db

NEED = "/risorse/?need="


@pytest.fixture
def directory():
    return write(DirectoryPage, home(), "Risorse", slug="risorse")


def found(typed: str, language: str = "it") -> list[str]:
    """Where it leads, without the language's prefix."""
    with translation.override(language):
        hits = find_actions(None, understood(typed, language), 20)
    return [hit.url.removeprefix(f"/{language}") for hit in hits]


def test_booking_comes_before_a_page_that_mentions_it(client):
    page = write(GuidePage, write(SectionPage, home(), "Arrivare"), "Un appuntamento dal medico")
    get_search_backend().add(page)

    first, second, *_others = seen(client, "/cerca/?q=appuntamenti").select("main .list__link")

    assert first["href"] == "/sportello/"
    assert second["href"] == page.url


@pytest.mark.parametrize(
    ("typed", "language", "way"),
    [
        ("prenotare", "it", "/sportello/"),
        ("booking", "en", "/sportello/"),
        ("موعد", "ar", "/sportello/"),
        ("الموعد", "ar", "/sportello/"),
        ("appointment", "ar", "/sportello/"),
        ("quale risposta", "it", "/orientamento/"),
        ("guasti", "it", "/manutenzione/segnala/"),
        ("cibo", "it", f"{NEED}food"),
        ("الطعام", "ar", f"{NEED}food"),
        ("طعام", "ar", f"{NEED}food"),
        ("مدرسه", "ar", f"{NEED}school"),
        ("اخلاء", "ar", f"{NEED}eviction"),
        ("إِخْلاء", "ar", f"{NEED}eviction"),
        ("صحه", "ar", f"{NEED}health"),
        ("cib", "it", f"{NEED}food"),
    ],
)
def test_it_is_found_in_whatever_language_one_knows_its_name(directory, typed, language, way):
    assert found(typed, language)[0] == way


def test_a_topic_of_the_desk_is_booked_from_the_search_in_the_readers_words(directory):
    topic = AppointmentTopic.objects.create(slug="mutuo", name="Chiedere un mutuo")
    TopicWords.objects.create(topic=topic, language="ar", name="طلب قرض")
    AppointmentTopic.objects.create(slug="vecchio", name="Il vecchio mutuo", is_active=False)

    assert found("mutuo") == ["/sportello/prenota/?topic=mutuo"]
    assert found("قرض", "ar") == ["/sportello/prenota/?topic=mutuo"]
    with translation.override("ar"):
        assert "طلب قرض" in find_actions(None, "قرض", 20)[0].title


def test_without_a_directory_no_search_leads_there():
    assert found("cibo") == []


def test_what_says_it_as_it_was_typed_comes_before_what_means_the_same(directory):
    SearchSynonyms.objects.create(ways="guasto\nriparazione")
    assert found("guasto")[:2] == ["/manutenzione/segnala/", f"{NEED}repairs"]


def test_they_are_few_and_what_nobody_calls_so_is_none(directory):
    for number in range(5):
        AppointmentTopic.objects.create(slug=f"casa-{number}", name=f"Casa {number}")
    assert len(found("casa")) == MOST
    assert found("ornitorinco") == []
    assert found("%") == []


def test_suggestions_offer_them_while_one_types(client):
    options = seen(client, "/cerca/suggerimenti/?q=appunt").select("[role=option]")
    assert options[0]["data-url"] == "/sportello/"
