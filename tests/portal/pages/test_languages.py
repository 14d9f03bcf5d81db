"""One content in several languages: each at its address, and where a translation lacks, the text with a notice."""

import pytest

from portal.pages.models import GuidePage, NewsIndexPage, SectionPage

from .tree import home, links, seen, write

pytestmark = pytest.mark.django_db

NOTICE = "This page is not in your language yet."


@pytest.fixture
def house():
    return write(SectionPage, home(), "Vivere in casa", slug="abitare", show_in_menus=True)


@pytest.fixture
def living(house):
    return write(SectionPage, home("en"), "Living here", slug="living", translates=house, show_in_menus=True)


@pytest.fixture
def gas(house):
    return write(GuidePage, house, "Odore di gas", body=[("paragraph", "<p>Apri le finestre.</p>")])


@pytest.fixture
def smell(gas, living):
    return write(
        GuidePage, living, "Smell of gas", translates=gas, body=[("paragraph", "<p>Open the windows.</p>")]
    )


def hreflang(page) -> dict[str, str]:
    return {link["hreflang"]: link["href"] for link in page.select("head link[rel=alternate][hreflang]")}


def canonical(page) -> str:
    return page.select_one("head link[rel=canonical]")["href"]


def switcher(page) -> dict[str, str]:
    return {link["hreflang"]: link["href"] for link in page.select("footer .languages a")}


# -- each language at its address ---------------------------------------------------------------------------------


def test_the_italian_page_has_no_prefix_and_the_english_one_its_own(client, gas, smell):
    assert "Apri le finestre." in seen(client, "/abitare/odore-di-gas/").main.text
    assert "Open the windows." in seen(client, "/en/living/smell-of-gas/").main.text


def test_a_page_in_the_readers_language_carries_no_notice(client, smell):
    page = seen(client, "/en/living/smell-of-gas/")

    assert NOTICE not in page.text
    assert page.article.get("lang") is None
    assert page.html["lang"] == "en"


def test_the_switcher_leads_to_the_same_page_in_the_other_language(client, gas, smell):
    assert switcher(seen(client, "/abitare/odore-di-gas/")) == {
        "it": "/abitare/odore-di-gas/",
        "en": "/en/living/smell-of-gas/",
        "ar": "/ar/abitare/odore-di-gas/",
    }


def test_the_switcher_of_an_untranslated_page_leads_to_itself_under_the_other_menus(client, gas):
    assert switcher(seen(client, "/abitare/odore-di-gas/"))["en"] == "/en/abitare/odore-di-gas/"


# -- where a translation lacks ------------------------------------------------------------------------------------


def test_an_arabic_reader_gets_the_italian_text_with_a_notice_under_arabic_menus(client, gas, smell):
    page = seen(client, "/ar/abitare/odore-di-gas/")

    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert (page.article["lang"], page.article["dir"]) == ("it", "ltr")
    assert "Apri le finestre." in page.article.text
    assert page.select_one(".alert--info .icon")
    assert page.select_one("header a.brand")["href"] == "/ar/"


def test_the_english_text_is_shown_where_there_is_no_other(client, living):
    write(GuidePage, living, "Only in English", body=[("paragraph", "<p>Nobody has translated it.</p>")])

    for path in ("/ar/living/only-in-english/", "/living/only-in-english/"):
        page = seen(client, path)
        assert page.article["lang"] == "en"
        assert "Nobody has translated it." in page.article.text


def test_an_address_of_another_tree_leads_on_to_the_translation(client, gas, smell):
    answer = client.get("/en/abitare/odore-di-gas/")

    assert (answer.status_code, answer.url) == (302, "/en/living/smell-of-gas/")


def test_what_exists_in_no_language_is_missing_in_each(client, gas, smell):
    for prefix in ("", "/en", "/ar"):
        assert client.get(f"{prefix}/casa/nothing/").status_code == 404


def test_a_draft_translation_leaves_the_text_that_is_live(client, gas, living):
    write(GuidePage, living, "Smell of gas", translates=gas, live=False)

    assert seen(client, "/en/abitare/odore-di-gas/").article["lang"] == "it"
    seen(client, "/en/living/smell-of-gas/", status=404)


def test_an_arabic_tree_that_has_only_begun_hides_nothing(client, gas, smell):
    write(SectionPage, home("ar"), "السكن", slug="sakan", translates=gas.get_parent(), show_in_menus=True)
    write(SectionPage, home(), "Solo in italiano", slug="solo", show_in_menus=True)

    page = seen(client, "/ar/")

    doors = page.select_one("main .cards").select(".door__title")
    assert [door.text for door in doors] == ["السكن", "Solo in italiano"]
    assert [door.get("lang") for door in doors] == [None, "it"]
    assert links(seen(client, "/ar/sakan/"))["Odore di gas"] == "/ar/abitare/odore-di-gas/"


def test_italian_comes_before_english_where_the_readers_language_lacks(client, gas, smell):
    assert links(seen(client, "/ar/abitare/"))["Odore di gas"] == "/ar/abitare/odore-di-gas/"
    assert "Smell of gas" not in seen(client, "/ar/abitare/").main.text


def test_the_way_down_stays_under_the_readers_menus_and_says_its_language(client, gas):
    crumbs = seen(client, "/ar/abitare/odore-di-gas/").select(".breadcrumbs a")

    assert [crumb["href"] for crumb in crumbs] == ["/ar/", "/ar/abitare/"]
    assert [crumb.get("lang") for crumb in crumbs] == [None, "it"]


# -- for search engines -------------------------------------------------------------------------------------------


def test_engines_are_told_of_true_translations_with_whole_addresses(client, gas, smell):
    page = seen(client, "/abitare/odore-di-gas/")

    assert canonical(page) == "http://testserver/abitare/odore-di-gas/"
    assert hreflang(page) == {
        "it": "http://testserver/abitare/odore-di-gas/",
        "en": "http://testserver/en/living/smell-of-gas/",
    }
    assert hreflang(seen(client, "/en/living/smell-of-gas/")) == hreflang(page)


def test_a_text_shown_elsewhere_with_a_notice_is_told_to_be_at_home_in_its_own_language(client, gas, smell):
    page = seen(client, "/ar/abitare/odore-di-gas/")

    assert canonical(page) == "http://testserver/abitare/odore-di-gas/"
    assert "ar" not in hreflang(page)


def test_the_home_pages_name_each_other(client):
    home("en")

    assert hreflang(seen(client, "/")) == {"it": "http://testserver/", "en": "http://testserver/en/"}
    assert canonical(seen(client, "/ar/")) == "http://testserver/"


@pytest.mark.parametrize("kind", [NewsIndexPage, SectionPage])
def test_every_kind_of_page_is_shown_in_every_language(client, kind):
    write(kind, home(), "Pagina", slug="pagina")

    for prefix in ("", "/en", "/ar"):
        assert seen(client, f"{prefix}/pagina/").h1.text == "Pagina"
