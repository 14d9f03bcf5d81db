"""What lists pages: the home, sections, news, menus and the footer."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.pages import traits
from portal.pages.directory.models import DirectoryPage
from portal.pages.models import PER_PAGE, GuidePage, InfoPage, NewsIndexPage, NewsPage, SectionPage
from portal.pages.ways import NEAR
from portal.testing.factories import UserFactory
from tests.harness.many_pages import build

from .tree import home, links, seen, write

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 1)


@pytest.fixture
def notizie():
    return write(NewsIndexPage, home(), "Notizie", show_in_menus=True)


def days_of_news(index, count: int) -> None:
    for number in range(count):
        write(NewsPage, index, f"Giorno {number}", date=FIRST + timedelta(days=number))


def titles(page) -> list[str]:
    return [door.text.strip() for door in page.select("main .cards")[0].select(".door__title")]


def test_the_home_page_leads_into_the_sections_and_tells_the_latest_three_news(client, notizie):
    write(
        SectionPage, home(), "Cerco casa", show_in_menus=True, search_description="Quali risposte esistono."
    )
    write(SectionPage, home(), "Non ancora", show_in_menus=False)
    days_of_news(notizie, 5)

    page = seen(client, "/")

    assert titles(page) == ["Cerco casa"]
    assert "Quali risposte esistono." in page.main.text
    assert [link for link in links(page) if link.startswith("Giorno")] == ["Giorno 4", "Giorno 3", "Giorno 2"]


def tiles(page) -> dict[str, str]:
    return links(page, "main .tiles")


def test_the_home_page_shows_first_what_most_people_come_for(client, notizie):
    write(DirectoryPage, home(), "Risorse", slug="risorse")
    write(SectionPage, home(), "Cerco casa", show_in_menus=True)
    days_of_news(notizie, 1)

    page = seen(client, "/")

    assert list(tiles(page).values()) == [
        "/risorse/",
        "/orientamento/",
        "/sportello/",
        "#situations",
        "#lately",
    ]
    for place in ("#situations", "#lately"):
        assert page.select_one(f"main {place} a"), place
    assert page.select_one("main .hero form[action='/cerca/'] input[name=q]")
    first, *_others = page.select("main .hero a, main .hero button")
    assert first.name == "button", "the first thing to press of a visitor's home does not lead to sign-in"


def test_the_home_page_offers_nothing_that_is_not_there(client):
    assert list(tiles(seen(client, "/")).values()) == ["/orientamento/", "/sportello/"]


def test_whoever_wants_more_than_three_news_finds_all_of_them(client, notizie):
    days_of_news(notizie, 5)
    assert "/notizie/" in links(seen(client, "/"), "main #lately").values()


def menu(page) -> dict[str, str]:
    return links(page, ".menu__panel > nav:first-of-type")


def test_the_menu_has_what_most_people_come_for_then_situations_then_the_rest(client, notizie):
    write(DirectoryPage, home(), "Risorse", slug="risorse", show_in_menus=True)
    write(SectionPage, home(), "Cerco casa", show_in_menus=True)

    assert list(menu(seen(client, "/")).values()) == [
        "/risorse/",
        "/orientamento/",
        "/sportello/",
        "/cerco-casa/",
        "/notizie/",
    ]


def test_who_has_signed_in_finds_guides_and_help_in_the_menu_as_well(client):
    write(DirectoryPage, home(), "Risorse", slug="risorse")
    client.force_login(UserFactory())

    assert {"/", "/risorse/", "/orientamento/"} <= set(menu(seen(client, "/account/")).values())


def test_what_people_come_for_is_named_in_their_language_whatever_the_page_behind_it_is_in(client):
    write(DirectoryPage, home(), "Risorse", slug="risorse")
    with translation.override("ar"):
        name = str(NEAR.title)

    assert tiles(seen(client, "/ar/"))[name] == "/ar/risorse/"


def test_whoever_comes_to_the_home_page_sees_the_emergency_number(client):
    assert seen(client, "/").select_one('main a[href="tel:112"]')


def test_a_section_lists_its_guides_in_the_order_of_the_tree(client):
    section = write(SectionPage, home(), "Abitare")
    for title in ("Rifiuti", "Lavanderia", "Bolletta"):
        write(GuidePage, section, title)

    assert titles(seen(client, "/abitare/")) == ["Rifiuti", "Lavanderia", "Bolletta"]


def test_a_section_without_guides_says_so(client):
    write(SectionPage, home(), "Abitare")

    assert seen(client, "/abitare/").select_one(".empty")


def test_news_come_twenty_at_a_time_the_latest_first(client, notizie):
    days_of_news(notizie, PER_PAGE + 3)

    first, second = seen(client, "/notizie/"), seen(client, "/notizie/?page=2")

    assert titles(first)[0] == f"Giorno {PER_PAGE + 2}"
    assert first.select_one("main .door time")["datetime"] == "2026-01-23"
    assert len(titles(first)) == PER_PAGE
    assert titles(second) == ["Giorno 2", "Giorno 1", "Giorno 0"]
    assert first.select_one("nav.pages a[rel=next]")["href"] == "?page=2"
    assert second.select_one("nav.pages a[rel=prev]")["href"] == "?page=1"


@pytest.mark.parametrize("number", ["0", "-1", "99", "abc", "", "1e9", "٣"])
def test_a_page_of_the_list_that_is_not_there_is_the_nearest_one(client, notizie, number):
    days_of_news(notizie, 2)

    assert titles(seen(client, f"/notizie/?page={number}")) == ["Giorno 1", "Giorno 0"]


def test_news_of_a_language_that_lacks_some_are_completed_and_stay_in_the_order_of_their_days(
    client, notizie
):
    days_of_news(notizie, 3)
    english = write(NewsIndexPage, home("en"), "News", translates=notizie)
    write(
        NewsPage,
        english,
        "Day 1",
        translates=NewsPage.objects.get(title="Giorno 1"),
        date=FIRST + timedelta(days=1),
    )

    page = seen(client, "/en/news/")

    assert titles(page) == ["Giorno 2", "Day 1", "Giorno 0"]
    assert [door.get("lang") for door in page.select("main .door__title")] == ["it", None, "it"]


def test_the_footer_leads_to_what_must_be_found_everywhere(client):
    write(InfoPage, home(), "Contatti")
    write(GuidePage, write(SectionPage, home(), "Abitare"), "Rifiuti")

    for path in ("/", "/abitare/rifiuti/", "/cerca/", "/account/login/"):
        assert links(seen(client, path), within="footer")["Contatti"] == "/contatti/"


def test_what_the_footer_leads_to_in_another_language_is_said_to_be_in_it(client):
    write(InfoPage, home(), "Contatti")

    contact = seen(client, "/ar/").footer.select_one('a[href="/ar/contatti/"]')

    assert "الإيطالية" in contact.text, "Italian, in Arabic"
    assert contact.select_one("[lang=it][dir=ltr]").string == "Contatti"
    assert "(" not in seen(client, "/").footer.select_one('a[href="/contatti/"]').text


@pytest.mark.parametrize("language", ["it", "en", "ar"])
def test_the_footer_leads_to_the_one_privacy_notice_in_the_readers_language(client, language):
    """With pages of editors or without."""
    prefix = "" if language == "it" else f"/{language}"
    for path in ("/", "/cerca/"):
        notice = seen(client, prefix + path).footer.select_one('a[href$="/informativa/"]')
        assert notice["href"] == f"{prefix}/informativa/"
    page = seen(client, notice["href"])
    assert notice.text == page.h1.text.strip()
    assert page.main.select_one("[lang]") is None, "all of it in the reader's language"


def test_a_visitors_menu_leads_to_what_editors_put_there(client, notizie):
    write(SectionPage, home(), "Abitare", show_in_menus=True)
    write(SectionPage, home(), "Altro", show_in_menus=False)

    menu = links(seen(client, "/"), within=".menu")

    assert menu["Notizie"] == "/notizie/"
    assert menu["Abitare"] == "/abitare/"
    assert "Altro" not in menu


# -- what it costs ------------------------------------------------------------------------------------------------


def queries(client, path: str) -> int:
    client.get(path)  # menus and sites are remembered from now on
    with CaptureQueriesContext(connection) as captured:
        seen(client, path)
    return len(captured)


@pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
def test_a_long_list_costs_no_more_queries_than_a_short_one(client, notizie, prefix):
    english = write(NewsIndexPage, home("en"), "News", slug="notizie", translates=notizie)
    days_of_news(notizie, 3)
    paths = [f"{prefix}/", f"{prefix}/notizie/"]
    few = [queries(client, path) for path in paths]

    days_of_news(english, 15)

    assert [queries(client, path) for path in paths] == few
    assert max(few) <= 15


def test_a_guide_stays_within_the_budget_of_a_page(client):
    guide = write(GuidePage, write(SectionPage, home(), "Abitare"), "Rifiuti")
    linked = "".join(f'<p>Leggi <a linktype="page" id="{page.pk}">qui</a>.</p>' for page in (guide, home()))
    guide.body = [("paragraph", linked), ("steps", [{"title": "Dividi", "text": linked}])]
    guide.save()

    for prefix in ("", "/ar"):
        assert queries(client, f"{prefix}/abitare/rifiuti/") <= 15


def test_a_section_that_has_grown_large_is_not_read_whole(client, monkeypatch):
    monkeypatch.setattr(traits, "FEW", 30)
    section = write(SectionPage, home(), "Abitare")
    build(65, section)
    client.get("/abitare/")
    shown, asked = [], []
    for number in range(1, 5):
        with CaptureQueriesContext(connection) as queries:
            page = seen(client, f"/abitare/?page={number}")
        asked.append(len(queries))
        shown.append([link["href"] for link in page.select("main a[href*='/guida-']")])

    assert [len(set(some)) for some in shown] == [20, 20, 20, 5]
    assert len({href for some in shown for href in some}) == 65
    assert max(asked) <= 16
