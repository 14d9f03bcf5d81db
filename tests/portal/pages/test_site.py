"""What a site says to robots, to readers of feeds, and at the foot of every page."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from portal.pages.calls.models import CallIndexPage, CallPage
from portal.pages.models import GuidePage, InfoPage, NewsIndexPage, NewsPage, SectionPage
from portal.pages.site.models import AgencyDetails
from portal.testing.factories import UserFactory

from .tree import home, links, seen, write

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def abitare():
    return write(SectionPage, home(), "Abitare", show_in_menus=True)


def read(client, path: str) -> ElementTree.Element:
    answer = client.get(path)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content)


def sitemap(client) -> dict[str, dict[str, str]]:
    """Address → language → address of the same text in it."""
    return {
        url.find(f"{SITEMAP}loc").text.removeprefix("http://testserver"): {
            link.get("hreflang"): link.get("href").removeprefix("http://testserver")
            for link in url.findall("{http://www.w3.org/1999/xhtml}link")
        }
        for url in read(client, "/sitemap.xml").findall(f"{SITEMAP}url")
    }


def test_the_sitemap_lists_every_public_page_in_the_languages_in_which_it_is(client, abitare):
    english = write(SectionPage, home("en"), "Living here", translates=abitare)
    write(GuidePage, abitare, "Rifiuti")
    write(GuidePage, abitare, "Bozza", live=False)
    secret = write(GuidePage, abitare, "Riservata")
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)

    assert sitemap(client) == {
        "/": {"it": "/", "en": "/en/", "x-default": "/"},
        "/en/": {"it": "/", "en": "/en/", "x-default": "/"},
        "/abitare/": {"it": "/abitare/", "en": "/en/living-here/", "x-default": "/abitare/"},
        "/en/living-here/": {"it": "/abitare/", "en": "/en/living-here/", "x-default": "/abitare/"},
        "/abitare/rifiuti/": {"it": "/abitare/rifiuti/", "x-default": "/abitare/rifiuti/"},
    }
    assert english.live


def test_the_sitemap_asks_as_much_for_many_pages_as_for_few(client, abitare, django_assert_num_queries):
    client.get("/sitemap.xml")
    for number in range(20):
        write(GuidePage, abitare, f"Guida {number}")
    with django_assert_num_queries(
        3
    ):  # the site's home in its languages, their pages; the site itself is remembered
        assert len(sitemap(client)) == 22


def test_robots_are_told_what_is_not_for_them_and_where_the_sitemap_is(client, settings):
    settings.PORTAL_DEMO = False
    said = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /admin/" in said
    assert {"Disallow: /casa/", "Disallow: /en/casa/", "Disallow: /ar/casa/"} <= set(said)
    assert said[-1] == "Sitemap: http://testserver/sitemap.xml"

    settings.PORTAL_DEMO = True
    assert client.get("/robots.txt").content.decode().splitlines() == ["User-agent: *", "Disallow: /"]


def entries(client, path: str) -> list[tuple[str, str]]:
    """Title and address of what a feed tells, in its order."""
    return [
        (
            entry.find(f"{ATOM}title").text,
            entry.find(f"{ATOM}link").get("href").removeprefix("http://testserver"),
        )
        for entry in read(client, path).findall(f"{ATOM}entry")
    ]


def test_news_come_newest_first_and_in_the_readers_language_where_they_can(client):
    italian = write(NewsIndexPage, home(), "Notizie")
    english = write(NewsIndexPage, home("en"), "News", translates=italian)
    today = timezone.localdate()
    old = write(NewsPage, italian, "Festa", date=today - timedelta(days=9))
    write(NewsPage, italian, "Caldaia", date=today)
    write(NewsPage, english, "Party", translates=old, date=old.date)

    assert entries(client, "/feed/notizie.atom") == [
        ("Caldaia", "/notizie/caldaia/"),
        ("Festa", "/notizie/festa/"),
    ]
    assert entries(client, "/en/feed/notizie.atom") == [
        ("Caldaia", "/en/notizie/caldaia/"),
        ("Party", "/en/news/party/"),
    ]
    rss = read(client, "/feed/notizie.rss")
    assert [item.find("title").text for item in rss.iter("item")] == ["Caldaia", "Festa"]


def test_a_call_leaves_the_feed_when_it_has_closed(client):
    index = write(CallIndexPage, home(), "Bandi")
    today = timezone.localdate()
    for title, opens, closes in (("Chiuso", -9, -1), ("Aperto", -9, 0), ("Poi", 3, 9)):
        write(
            CallPage,
            index,
            title,
            opens_on=today + timedelta(days=opens),
            closes_on=today + timedelta(days=closes),
        )
    assert [title for title, _ in entries(client, "/feed/bandi.atom")] == ["Aperto", "Poi"]


def test_a_feed_of_nothing_is_a_feed(client):
    assert entries(client, "/feed/bandi.atom") == []


def test_the_map_shows_each_page_once_where_it_stands(client, abitare):
    english = write(SectionPage, home("en"), "Living here", translates=abitare)
    rifiuti = write(GuidePage, abitare, "Rifiuti")
    write(GuidePage, english, "Waste", translates=rifiuti)
    write(GuidePage, abitare, "Bolletta")

    shown = links(seen(client, "/en/mappa/"))
    assert {"Living here", "Waste", "Bolletta"} <= set(shown)
    assert "Rifiuti" not in shown
    assert shown["Bolletta"] == "/en/abitare/bolletta/"


def test_the_foot_says_who_answers_for_the_portal(client):
    write(InfoPage, home(), "Note legali")
    AgencyDetails.objects.create(
        site=Site.objects.get(),
        legal_name="Agenzia dell'abitare",
        tax_code="99999991005",
        pec="agenzia@pec.abitare.example",
    )
    foot = seen(client, "/").footer
    said = foot.get_text(" ", strip=True)
    assert "Agenzia dell'abitare" in said
    assert "99999991005" in said
    assert foot.find("a", href="mailto:agenzia@pec.abitare.example")
    shown = links(foot, "nav")
    assert shown["Note legali"] == "/note-legali/"
    assert {"/mappa/", "/informativa/", "/manutenzione/segnala/"} <= set(shown.values())


@pytest.mark.parametrize(("role", "status"), [("portal.administrator", 200), ("portal.editor", 302)])
def test_the_administrator_says_who_the_agency_is_and_a_wrong_number_is_named(client, role, status):
    client.force_login(UserFactory(roles=[role]))
    address = f"/admin/settings/portal/agencydetails/{Site.objects.get().pk}/"
    answer = client.post(address, {"legal_name": "Agenzia", "tax_code": "99999991000"})
    assert answer.status_code == status
    assert not AgencyDetails.objects.filter(legal_name="Agenzia").exists()
    if status == 200:
        assert "tax_code" in answer.context["form"].errors
        assert (
            client.post(address, {"legal_name": "Agenzia", "tax_code": "IT 99999991005"}).status_code == 302
        )
        assert AgencyDetails.objects.get().tax_code == "99999991005"


@pytest.mark.parametrize("language", ["atom", "rss"])
def test_a_character_that_xml_cannot_say_takes_the_feed_from_nobody(client, language):
    news = write(NewsIndexPage, home(), "Notizie")
    today = timezone.localdate()
    write(
        NewsPage, news, "Festa\x0bin\ufffe cortile", search_description="Vieni\x01!", date=today, slug="festa"
    )
    calls = write(CallIndexPage, home(), "Bandi")
    days = {"opens_on": today, "closes_on": today}
    write(CallPage, calls, "Caparra\x1f", search_description="Una\x02 somma", slug="caparra", **days)

    told = {
        feed: " ".join(read(client, f"/feed/{feed}.{language}").itertext()) for feed in ("notizie", "bandi")
    }
    assert "Festa in cortile" in told["notizie"]
    assert "Vieni!" in told["notizie"]
    assert "Caparra" in told["bandi"]
    assert "Una somma" in told["bandi"]


def test_the_foot_is_short_and_says_whom_to_call(client):
    foot = seen(client, "/").footer
    folded = foot.select_one("details")
    assert not folded.has_attr("open")
    assert folded.select("a[href$='/informativa/']"), "what the law wants found everywhere is one tap away"
    for at_hand in (".languages", ".site-footer__emergency a[href^='tel:']"):
        assert foot.select(at_hand)
        assert not folded.select(at_hand)
