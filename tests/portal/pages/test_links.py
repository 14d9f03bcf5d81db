"""Links within a text: to pages in the reader's language, and out into the world."""

import pytest
from wagtail.models import PageViewRestriction

from portal.pages.models import GuidePage, SectionPage
from portal.testing.factories import UserFactory

from .tree import home, seen, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare")


@pytest.fixture
def waste(section):
    return write(GuidePage, section, "Rifiuti")


def guide(parent, html: str, **fields):
    return write(GuidePage, parent, "Cortile", body=[("paragraph", f"<p>{html}</p>")], **fields)


def link_to(page) -> str:
    return f'<a linktype="page" id="{page.pk}">i rifiuti</a>'


def link(client, path: str):
    return seen(client, path).select_one("article p:not(.lead) a")


def test_a_link_leads_to_the_page(client, section, waste):
    guide(section, link_to(waste))

    assert link(client, "/abitare/cortile/")["href"] == "/abitare/rifiuti/"


def test_an_italian_text_links_to_the_readers_translation(client, section, waste):
    living = write(SectionPage, home("en"), "Living", translates=section)
    write(GuidePage, living, "Waste", translates=waste)
    guide(section, link_to(waste))

    assert link(client, "/en/abitare/cortile/")["href"] == "/en/living/waste/"


def test_and_without_one_to_the_page_under_the_readers_menus(client, section, waste):
    guide(section, link_to(waste))

    assert link(client, "/ar/abitare/cortile/")["href"] == "/ar/abitare/rifiuti/"


def test_of_a_link_to_a_page_that_is_gone_the_words_stay(client, section, waste):
    guide(section, link_to(waste))
    waste.unpublish()
    assert link(client, "/abitare/cortile/").get("href") is None

    waste.delete()

    assert "i rifiuti" in seen(client, "/abitare/cortile/").article.text
    assert link(client, "/abitare/cortile/").get("href") is None


@pytest.mark.parametrize("address", ["https://www.inps.it/?a=1&amp;b=2", "http://comune.example/"])
def test_a_link_out_tells_nobody_where_the_reader_came_from(client, section, address):
    guide(section, f'<a href="{address}">il sito</a>')

    out = link(client, "/abitare/cortile/")

    assert out["href"] == address.replace("&amp;", "&")
    assert {"external", "noopener", "noreferrer"} <= set(out["rel"])


@pytest.mark.parametrize("address", ["mailto:ciao@abitare.example", "tel:112", "#qui", "/cerca/"])
def test_other_links_stay_as_they_are(client, section, address):
    guide(section, f'<a href="{address}">qui</a>')

    assert link(client, "/abitare/cortile/").attrs == {"href": address}


# -- what is for some readers only ------------------------------------------------------------------------------------


@pytest.mark.parametrize("restricted", ["page", "above"])
def test_a_public_text_tells_a_stranger_no_address_of_a_restricted_page(client, section, restricted):
    inner = write(SectionPage, home(), "Interno")
    secret = write(GuidePage, inner, "Turni", slug="turni-riservati")
    which = secret if restricted == "page" else inner
    PageViewRestriction.objects.create(page=which, restriction_type="login")
    guide(section, link_to(secret))

    assert link(client, "/abitare/cortile/").get("href") is None
    assert "turni-riservati" not in client.get("/abitare/cortile/").text
    client.force_login(UserFactory())
    assert link(client, "/abitare/cortile/")["href"] == "/interno/turni-riservati/"


def test_a_restricted_translation_is_told_to_nobody_who_reads_the_public_page(client, section, waste):
    living = write(SectionPage, home("en"), "Living", translates=section)
    english = write(GuidePage, living, "Waste", translates=waste, slug="waste-inside")
    assert "waste-inside" in client.get("/abitare/rifiuti/").text
    PageViewRestriction.objects.create(page=english, restriction_type="login")

    assert "waste-inside" not in client.get("/abitare/rifiuti/").text
    assert "/en/abitare/rifiuti/" in client.get("/abitare/rifiuti/").text, (
        "the menu leads to this text instead"
    )


def test_the_languages_of_a_restricted_page_know_each_other(client, section, waste):
    living = write(SectionPage, home("en"), "Living", translates=section)
    english = write(GuidePage, living, "Waste", translates=waste)
    for page in (waste, english):
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    client.force_login(UserFactory())

    assert "/en/living/waste/" in client.get("/abitare/rifiuti/").text
