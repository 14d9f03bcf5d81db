"""The demo's pages: enough of them, in two languages, invented and complete, and no link that leads nowhere."""

import re
from datetime import timedelta
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from portal.pages.demo import KINDS
from portal.pages.directory.models import ResourcePage
from portal.pages.models import CallPage, EventPage, GuidePage, HomePage, TextPage
from tests.harness import templates
from tests.harness.database import _pointed_at

from .test_structured_data import told
from .tree import seen

PLACEHOLDERS = re.compile(
    r"lorem|ipsum|dolor sit|\btodo\b|\btbd\b|xxx|\.\.\.|[\[\]*#]|\(\d\d-", re.IGNORECASE
)
WORDS_OF_A_TEXT = 25


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    with templates.copied("demo") as copy, _pointed_at(copy, django_db_blocker), django_db_blocker.unblock():
        yield


def pages(language: str, kind=Page):
    return [
        page.specific
        for page in kind.objects.live().filter(depth__gt=1, locale__language_code=language).order_by("path")
    ]


def text(page) -> str:
    return BeautifulSoup(" ".join(page.texts()), "html.parser").get_text(" ")


@pytest.mark.parametrize("language", ["it", "en"])
def test_there_are_at_least_60_pages_of_every_kind(language):
    found = pages(language)

    assert len(found) >= 60
    assert {type(page) for page in found} >= {HomePage, *KINDS.values()}


def test_each_page_is_there_in_both_languages_and_in_the_same_place():
    for page in pages("it"):
        english = page.get_translations().get(locale__language_code="en").specific
        assert type(english) is type(page)
        assert english.depth == page.depth
        if page.depth > 2:
            assert english.get_parent().translation_key == page.get_parent().translation_key
    assert len(pages("it")) == len(pages("en"))


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_page_has_a_summary_and_every_text_says_something_of_its_own(language):
    found = pages(language)

    assert [page.title for page in found if not page.search_description] == []
    assert [page.title for page in found if PLACEHOLDERS.search(text(page))] == []
    written = [page for page in found if isinstance(page, TextPage)]
    assert [page.title for page in written if len(text(page).split()) < WORDS_OF_A_TEXT] == []
    assert len({text(page) for page in found}) == len({page.title for page in found}) == len(found)


def test_no_english_page_was_left_in_italian():
    for page in pages("it", GuidePage):
        english = page.get_translations().get(locale__language_code="en").specific
        shared = set(text(page).lower().split()) & set(text(english).lower().split())
        assert len(shared) < len(set(text(english).lower().split())) / 3, english.title


def test_no_number_of_the_demo_can_ring_anybody():
    for language in ("it", "en"):
        for page in pages(language):
            for number in re.findall(
                r"(?:\+39 ?)?\b0\d[\d ]{5,}|\b3\d\d[\d ]{6,}|\b800[\d ]{6,}", text(page)
            ):
                assert number.startswith(("02 0000", "800 000")), f"{page.title}: {number}"


def followed(start: str) -> dict[str, int]:
    """What every address answers that a visitor reaches by following links and redirects."""
    client, answers, waiting = Client(), {}, [start]
    while waiting:
        path = waiting.pop()
        if path in answers:
            continue
        answer = client.get(path)
        answers[path] = answer.status_code
        if answer.status_code == 302:
            waiting.append(answer.url)
        elif answer.headers["Content-Type"].startswith("text/html"):
            links = BeautifulSoup(answer.content, "html.parser").select("a[href^='/']")
            waiting += [urldefrag(link["href"]).url for link in links]
    return answers


def test_every_link_that_a_visitor_can_follow_leads_somewhere():
    answers = followed("/")

    assert {path: status for path, status in answers.items() if status not in (200, 302)} == {}
    for language in ("it", "en"):
        assert {page.url for page in pages(language)} <= set(answers)


def test_the_texts_link_to_each_other():
    linked = [
        page.title
        for page in pages("it", GuidePage)
        if seen(Client(), page.url).select("article a[href^='/']")
    ]

    assert len(linked) >= 8


def test_what_every_page_tells_search_engines_parses_and_names_the_page():
    client = Client()
    for page in pages("it"):
        things = told(seen(client, page.url))
        if page.depth > 2:
            assert things["BreadcrumbList"]["itemListElement"][-1]["name"] == page.title


def test_the_directory_holds_fifty_resources_with_as_many_services_in_two_languages(client):
    for language in ("it", "en"):
        assert len([page for page in pages(language) if isinstance(page, ResourcePage)]) >= 50
    assert client.get("/hsds/services").json()["total_items"] >= 50


def test_the_site_map_lists_a_hundred_addresses_and_more(client):
    addresses = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").text)

    assert len(set(addresses)) == len(addresses) > 100


def test_events_and_calls_stand_around_today():
    """Something is to come and something is over, whenever the demo is opened."""
    today = timezone.localdate()
    events = [page.starts_at.date() for page in pages("it", EventPage)]
    closing = [page.closes_on for page in pages("it", CallPage) if page.closes_on]
    for days in (events, closing):
        assert all(abs(day - today) < timedelta(days=200) for day in days)
        assert any(day >= today for day in days)
    assert any(day < today for day in closing)
