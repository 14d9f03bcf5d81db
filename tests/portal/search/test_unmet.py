"""What people look for and do not find: shown to editors, without a trace of who."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.search.models import SearchSynonyms, UnmetSearch
from portal.search.querysets import WEEKS_KEPT, week_of
from portal.search.unmet import ENOUGH, forget_outdated, looks_personal
from portal.testing.factories import UserFactory
from tests.portal.pages.tree import seen

pytestmark = pytest.mark.django_db


def ask(client, query: str, *addresses: str, prefix: str = "") -> None:
    for address in addresses:
        client.get(f"{prefix}/cerca/", {"q": query}, REMOTE_ADDR=address)


def people(count: int) -> list[str]:
    return [f"192.0.2.{number}" for number in range(1, count + 1)]


def kept() -> list[tuple[str, str, int]]:
    return list(UnmetSearch.objects.order_by("pk").values_list("words", "language", "asked"))


def test_what_several_look_for_is_counted_by_its_folded_words(client):
    ask(client, "Ornitorinchi", *people(ENOUGH - 1))
    assert kept() == []

    ask(client, "gli ORNITORINCHI!", "198.51.100.1", "198.51.100.2")

    assert kept() == [("ornitorinchi", "it", ENOUGH + 1)]
    assert UnmetSearch.objects.get().week == week_of(timezone.localdate())


def test_somebody_who_asks_again_and_again_is_one(client):
    ask(client, "ornitorinco", *["192.0.2.1"] * 20)

    assert kept() == []


def test_on_another_day_they_count_again(client, time_machine):
    time_machine.move_to("2026-11-23 09:00+01:00", tick=False)
    for day in range(ENOUGH):
        time_machine.move_to(f"2026-11-{23 + day} 09:00+01:00", tick=False)
        ask(client, "ornitorinco", "192.0.2.1")

    assert kept() == [("ornitorinco", "it", ENOUGH)]


def test_each_language_is_counted_apart(client):
    ask(client, "platypus", *people(ENOUGH), prefix="/en")

    assert kept() == [("platypus", "en", ENOUGH)]


def test_what_finds_something_is_not_noted(client, declare):
    from portal.extensions import SearchHit, SearchSource

    declare(SearchSource(key="tests.all", label="Tutto", find=lambda *a: [SearchHit(title="Ecco", url="/")]))
    ask(client, "ornitorinco", *people(ENOUGH))

    assert kept() == []


@pytest.mark.parametrize(
    "query",
    [
        "maria.rossi@abitare.example",
        "333 000 1234",
        "+39 02 0000 0123",
        "RSSMRA80A01F205X",
        "rssmra80a01",
        "IT60X0542811101000000123456",
        "AB123CD",
        "12345",
        "www.example.org",
        "https://abitare.example/x",
        "mio marito mi ha picchiata e ho paura di tornare dai bambini",
        "parola " * 30,
    ],
)
def test_what_may_say_who_somebody_is_is_never_kept(client, query):
    ask(client, query, *people(ENOUGH + 1))

    assert kept() == []


@pytest.mark.parametrize("query", ["ornitorinco", "casa 2", "isee 2026", "legge 431", "bonus luce e gas"])
def test_what_says_nothing_of_anybody_may_be_kept(query):
    assert not looks_personal(query)


@pytest.mark.parametrize("query", ["samira haddad", "HADDAD", "Haddad Samira"])
def test_a_name_of_somebody_known_here_is_never_kept(client, query):
    UserFactory(display_name="Samira Haddad")
    UserFactory(display_name="Ornella Torincasa")

    ask(client, query, *people(ENOUGH + 1))
    ask(client, "torin", *people(ENOUGH))  # the beginning of a name is a word like others

    assert kept() == [("torin", "it", ENOUGH)]


def test_nothing_in_table_or_cache_says_who_or_when(client):
    ask(client, "ornitorinco", *people(ENOUGH))

    columns = {column.name for column in UnmetSearch._meta.get_fields()}
    assert columns == {"id", "words", "language", "week", "asked"}
    store = str(getattr(cache, "_cache", "")) + str(getattr(getattr(cache, "own", None), "_cache", ""))
    assert "ornitorinco" not in store
    assert not re.search(r"192\.0\.2", store)


def test_a_first_search_writes_nothing(client):
    ask(client, "qualcosa", "192.0.2.1")
    with CaptureQueriesContext(connection) as captured:
        ask(client, "ornitorinco", "192.0.2.1")

    assert not [query for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_after_half_a_year_it_is_gone():
    monday = week_of(timezone.localdate())
    for weeks in (0, WEEKS_KEPT, WEEKS_KEPT + 1):
        UnmetSearch.objects.create(
            words="ornitorinco", language="it", week=monday - timedelta(weeks=weeks), asked=3
        )
    forget_outdated()

    assert UnmetSearch.objects.count() == 2


# -- what an editor makes of it ---------------------------------------------------------------------------------------


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(roles=["portal.editor"]))
    return client


@pytest.fixture
def asked():
    monday = week_of(timezone.localdate())
    for weeks, times in ((0, 3), (1, 5)):
        UnmetSearch.objects.create(
            words="mandato via", language="it", week=monday - timedelta(weeks=weeks), asked=times
        )


def test_the_list_adds_the_weeks_up(editor, asked):
    page = seen(editor, "/cerca/senza-risposta/")

    assert page.select_one("main li h2").text.strip() == "mandato via"
    assert "8" in page.select_one("main li p.quiet").text


def test_a_word_of_the_pages_makes_it_a_synonym_and_the_row_goes(editor, asked):
    answer = editor.post("/cerca/senza-risposta/", {"words": "mandato via", "means": "sfratto"}, follow=True)

    assert answer.status_code == 200
    assert SearchSynonyms.objects.get().said() == ["sfratto", "mandato via"]
    assert UnmetSearch.objects.count() == 0


@pytest.mark.parametrize("means", ["", "il", "???", "x" * 80, "parola " * 8])
def test_what_is_no_answer_is_refused_beside_its_row_and_still_stands_there(editor, asked, means):
    answer = editor.post("/cerca/senza-risposta/", {"words": "mandato via", "means": means})

    assert answer.status_code == 422
    assert 'value="mandato via"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert SearchSynonyms.objects.count() == 0
    assert UnmetSearch.objects.count() == 2


def test_what_needs_no_answer_is_set_aside(editor, asked):
    editor.post("/cerca/senza-risposta/", {"words": "mandato via", "means": "", "set_aside": "1"})

    assert (UnmetSearch.objects.count(), SearchSynonyms.objects.count()) == (0, 0)


def test_whoever_does_not_keep_the_words_finds_no_such_page(client, asked):
    client.force_login(UserFactory(roles=["portal.auditor"]))

    assert client.get("/cerca/senza-risposta/").status_code == 404
    assert client.post("/cerca/senza-risposta/", {"words": "mandato via", "set_aside": 1}).status_code == 404
    assert UnmetSearch.objects.count() == 2
