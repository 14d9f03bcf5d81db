"""The landing page of a life situation gathers what helps in it, whatever its kind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.pages.models import (
    AnswerIndexPage,
    AnswerPage,
    CallIndexPage,
    CallPage,
    EventIndexPage,
    EventPage,
    GuidePage,
    NewsIndexPage,
    NewsPage,
    SectionPage,
    ServiceIndexPage,
    ServicePage,
)
from portal.pages.situations import MOST

from .test_lists import queries
from .tree import home, seen, write

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def perdere():
    return write(SectionPage, home(), "Sto per perdere la casa", slug="perdere", show_in_menus=True)


@pytest.fixture
def indexes(perdere):
    kinds = (ServiceIndexPage, CallIndexPage, AnswerIndexPage, EventIndexPage, NewsIndexPage)
    return {kind: write(kind, home(), kind.__name__) for kind in kinds}


def naming(section, kind, index, title, **fields):
    page = write(kind, index, title, **fields)
    page.situations = [section]
    page.save()
    return page


def call(section, index, title, closes=5):
    today = timezone.localdate()
    return naming(
        section,
        CallPage,
        index,
        title,
        opens_on=today - timedelta(days=20),
        closes_on=today + timedelta(days=closes),
    )


def event(section, index, title, days=1):
    starts = NOW + timedelta(days=days)
    return naming(section, EventPage, index, title, starts_at=starts, ends_at=starts + timedelta(hours=1))


def one_of_each(section, indexes, name):
    naming(section, ServicePage, indexes[ServiceIndexPage], f"{name} ascolto")
    call(section, indexes[CallIndexPage], f"{name} contributo")
    naming(section, AnswerPage, indexes[AnswerIndexPage], f"{name} accoglienza")
    event(section, indexes[EventIndexPage], f"{name} incontro")
    naming(section, NewsPage, indexes[NewsIndexPage], f"{name} notizia")


def groups(page) -> dict[str, list[str]]:
    return {
        section.h2.text: [door.text.strip() for door in section.select(".door__title")]
        for section in page.select("main section")
        if section.select(".door__title")
    }


def test_each_kind_is_a_group_in_one_order(client, perdere, indexes):
    one_of_each(perdere, indexes, "Il")
    write(GuidePage, perdere, "Lo sfratto")

    page = seen(client, "/en/perdere/")

    assert list(groups(page).items()) == [
        ("Services", ["Il ascolto"]),
        ("Calls and grants", ["Il contributo"]),
        ("Housing answers", ["Il accoglienza"]),
        ("Events", ["Il incontro"]),
        ("News", ["Il notizia"]),
    ]
    assert page.select_one(".door__title").text.strip() == "Lo sfratto", "what is its own comes first"


def test_what_is_closed_over_hidden_or_elsewhere_is_not_gathered(client, perdere, indexes):
    other = write(SectionPage, home(), "Altro")
    call(perdere, indexes[CallIndexPage], "Chiuso", closes=-1)
    event(perdere, indexes[EventIndexPage], "Passato", days=-3)
    naming(perdere, ServicePage, indexes[ServiceIndexPage], "Bozza", live=False)
    naming(other, ServicePage, indexes[ServiceIndexPage], "D'altri")
    own = write(GuidePage, perdere, "Lo sfratto")
    own.situations = [perdere]
    own.save()

    page = seen(client, "/perdere/")

    assert groups(page) == {}
    assert [door.text.strip() for door in page.select(".door__title")] == ["Lo sfratto"]


def test_a_page_stands_in_the_section_in_the_readers_language(client, perdere, indexes):
    english = write(SectionPage, home("en"), "Losing my home", translates=perdere)
    services = write(ServiceIndexPage, home("en"), "Services", translates=indexes[ServiceIndexPage])
    italian = naming(perdere, ServicePage, indexes[ServiceIndexPage], "Ascolto")
    naming(perdere, ServicePage, indexes[ServiceIndexPage], "Solo in italiano")
    naming(english, ServicePage, services, "Listening", translates=italian)

    assert list(groups(seen(client, "/perdere/")).values()) == [["Ascolto", "Solo in italiano"]]
    page = seen(client, "/en/losing-my-home/")
    assert groups(page)["Services"] == ["Listening", "Solo in italiano"]
    assert page.select_one(".door__title[lang=it]").text.strip() == "Solo in italiano"


@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_many_pages_cost_what_few_cost(client, perdere, indexes, prefix):
    one_of_each(perdere, indexes, "Primo")
    paths = [f"{prefix}/", f"{prefix}/perdere/"] + [
        f"{prefix}/{slug}/"
        for slug in ("serviceindexpage", "callindexpage", "answerindexpage", "eventindexpage")
    ]
    few = [queries(client, path) for path in paths]

    for number in range(MOST + 1):
        one_of_each(perdere, indexes, f"N{number}")

    assert [queries(client, path) for path in paths] == few
    assert max(few) <= 15, few
    assert {len(titles) for titles in groups(seen(client, f"{prefix}/perdere/")).values()} == {MOST}
