"""The demo's editors keep words that people type and the pages do not say."""

import pytest
from django.test import Client

from portal.search.demo import load
from portal.search.models import SearchSynonyms
from tests.harness import templates
from tests.harness.database import _pointed_at
from tests.portal.pages.tree import seen


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    with templates.copied("demo") as copy, _pointed_at(copy, django_db_blocker), django_db_blocker.unblock():
        yield


def hits(words: str, prefix: str = "") -> list[str]:
    return [hit.text for hit in seen(Client(), f"{prefix}/cerca/?q={words}").select("main .list strong")]


LETTER = "Ho ricevuto una lettera di sfratto"
RENT = "Aiuti per pagare l'affitto"


@pytest.mark.parametrize(
    ("prefix", "words", "title"),
    [
        ("", "sfratto", "Sfratto: che cosa succede e quando"),
        ("", "mandare via di casa", LETTER),
        ("", "pigione", RENT),
        ("", "umidità", "La muffa sui muri"),
        ("/en", "bailiff", "I have received an eviction letter"),
    ],
)
def test_what_people_say_finds_the_guide_that_says_it_otherwise(prefix, words, title):
    assert title in hits(words, prefix)


@pytest.mark.parametrize(
    ("prefix", "words", "address"),
    [
        ("", "mi buttano fuori", "/risorse/?need=eviction"),
        ("", "desalojo", "/risorse/?need=eviction"),
        ("", "asilo", "/risorse/?need=children"),
        ("", "mangiare", "/risorse/?need=food"),
        ("", "appuntamento", "/sportello/"),
        ("", "prenotare", "/sportello/"),
        ("", "ospite", "/appena-arrivato/residenza/"),
        ("", "bolletta", "/risorse/?need=money"),
        ("", "affitto troppo caro", "/sportello/prenota/?topic=affitto"),
        ("", "eventi", "/eventi/"),
        ("/en", "thrown out", "/en/risorse/?need=eviction"),
        ("/ar", "طرد من البيت", "/ar/risorse/?need=eviction"),
        ("/ar", "جوع", "/ar/risorse/?need=food"),
        ("/ar", "خدمات", "/ar/servizi/"),
    ],
)
def test_everyday_words_lead_first_where_one_expects_it(prefix, words, address):
    assert seen(Client(), f"{prefix}/cerca/?q={words}").select_one("main .list a")["href"] == address


@pytest.mark.parametrize(
    ("prefix", "words", "titles"),
    [
        ("", "mi cacciano di casa", {"Rischio di perdere la casa"}),
        ("", "casa", {"Cerco una casa che posso permettermi", "Rischio di perdere la casa"}),
        ("/ar", "الإخلاء", {"Rischio di perdere la casa"}),
        (
            "/ar",
            "عقد خدمة",
            {"Appartamento con contratto di servizio", "Come funziona il contratto di servizio"},
        ),
    ],
)
def test_the_first_page_is_about_what_was_asked(prefix, words, titles):
    """Which of those that say as much comes first is the database's to choose."""
    page = seen(Client(), f"{prefix}/cerca/?q={words}")
    pages = [hit for hit in page.select("main .list a") if "?" not in hit["href"]]
    assert pages[0].strong.text in titles


def test_a_word_that_nobody_keeps_finds_nothing():
    assert LETTER not in hits("escomio")


@pytest.mark.django_db
def test_it_is_the_editors_words_that_find_it():
    SearchSynonyms.objects.filter(ways__contains="pigione").delete()
    assert RENT not in hits("pigione")


@pytest.mark.django_db
def test_the_demo_keeps_them_once():
    before = SearchSynonyms.objects.count()
    load()
    assert SearchSynonyms.objects.count() == before > 20
