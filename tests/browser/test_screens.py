"""The pages that people live in, in three languages, on a phone and a desktop: pictures, and what they promise.

The pictures land in var/test/screenshots/: <page>-<viewport>-<language>.png.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.harness import VIEWPORTS
from tests.harness.browsing import address

from .properties import direction, faults_of

pytestmark = pytest.mark.browser

LANGUAGES = ("it", "en", "ar")
GUIDE = "/cerco-casa/contratto-di-servizio/"
# Whose page is its name's, and where it is; the address of the tenant's report is found on the server.
SCREENS = {
    None: {
        "home": "/",
        "section": "/cerco-casa/",
        "guide": GUIDE,
        "sign-in": "/account/login/",
        "search": "/cerca/?q=casa",
        "emergency": "/manutenzione/segnala/",
    },
    "tenant": {
        "casa": "/casa/",
        "board": "/manutenzione/",
        "report": "/manutenzione/segnala/?danger=no",
        "danger": "/manutenzione/segnala/?danger=gas",
        "ticket": "ticket",
        "inbox": "/notifiche/",
        "account": "/account/",
    },
    "maintenance": {
        "day": "/casa/oggi/",
        "work-list": "/manutenzione/lavoro/",
        "ticket-at-work": "ticket",
    },
    "admin": {"roles": "/persone/ruoli/"},
}
ARABIC = re.compile(r"[\u0600-\u06ff]")


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("persona", SCREENS)
def test_a_screen_keeps_its_promises(visits, browser_context_for, screenshot, persona, viewport):
    page = browser_context_for(persona, viewport=viewport).new_page()
    for language in LANGUAGES:
        for name, path in SCREENS[persona].items():
            if path == "ticket":
                path = visits["manutenzione:receipt"][0]["path"].removesuffix("ricevuta/")
            page.goto(address(path, language))
            screenshot(page, f"{name}-{viewport}-{language}")
            _reads(page, language)
            _is_within_reach(page, persona, viewport)
        # English is looked at here; test_every_page.py looks at the others.
        if language == "en":
            assert faults_of(page, language) == []
            page.set_viewport_size(VIEWPORTS[viewport])


def _reads(page, language: str) -> None:
    """The page reads from its side, and begins there; no line leaves the screen."""
    root = page.locator("html")
    expect(root).to_have_attribute("lang", language)
    expect(root).to_have_attribute("dir", direction(language))
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    width = page.viewport_size["width"]
    brand, tools = (
        page.locator(f".site-header {one}").bounding_box() for one in (".brand", ".site-header__tools")
    )
    brand_is_left = brand["x"] + brand["width"] / 2 < width / 2
    assert brand_is_left == (direction(language) == "ltr"), "the name stands where the line ends"
    assert (brand["x"] < tools["x"]) == brand_is_left, "the tools stand where the line begins"
    if language == "ar":
        for part in (".dock", ".site-footer__emergency"):  # the pages that the foot leads to are as they are
            for text in page.locator(part).all_inner_texts():
                assert not text.strip() or ARABIC.search(text), f"no Arabic in {part}: {text}"


def _is_within_reach(page, persona: str | None, viewport: str) -> None:
    """The menu lies under the thumb of whoever is signed in, and at the head of a desktop."""
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    summary = page.locator("[data-menu] summary").bounding_box()
    assert summary["x"] >= 0
    assert summary["x"] + summary["width"] <= width
    if persona and viewport == "phone":
        assert height - 90 <= summary["y"] <= height - 44
        page.mouse.wheel(0, 400)
        assert page.locator("[data-menu] summary").bounding_box()["y"] == summary["y"], "the dock stays"
    else:
        assert summary["y"] < 100
        if persona:
            assert page.locator(".site-nav").bounding_box()["height"] < 2 * 44, "the bar is one line"


@pytest.mark.parametrize("language", ["it", "ar"])
def test_who_may_what_is_read_without_scrolling_sideways(browser_context_for, language):
    """All roles stand side by side on a desktop, their names in sight to the last row; on a phone each has its list."""
    page = browser_context_for("admin", viewport="desktop").new_page()
    page.goto(address("/persone/ruoli/", language))
    table = page.locator("main table")
    frame, heads = table.bounding_box(), table.locator("thead th")
    table.locator("tbody tr").last.scroll_into_view_if_needed()
    for head in heads.all():
        box = head.bounding_box()
        assert frame["x"] - 1 <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
        assert 0 <= box["y"] < page.viewport_size["height"]

    page.set_viewport_size(VIEWPORTS["phone"])
    expect(table).to_be_hidden()
    roles = page.locator("main details")
    assert roles.count() == heads.count()
    roles.last.locator("summary").click()
    expect(roles.last.locator("li").last).to_be_visible()


def test_what_a_caseworkers_day_leads_to_looks_like_links(browser_context_for):
    page = browser_context_for("caseworker").new_page()
    page.goto("/casa/oggi/")
    ink = page.locator("main .card p").first.evaluate("text => getComputedStyle(text).color")
    links = page.locator("main .card a:not(.button)")
    assert links.filter(has_text=re.compile(r"\w")).count() == links.count() > 5
    for link in links.all():
        assert link.evaluate("link => getComputedStyle(link).color") != ink, link.inner_text()


@pytest.mark.parametrize("language", ["it", "ar"])
def test_a_list_of_households_is_read_row_by_row_on_a_phone(browser_context_for, language):
    """No column leaves the screen, in what was understood as in what is not right; each cell under its own head."""
    page = browser_context_for("caseworker", viewport="phone").new_page()
    heads = "famiglia;nome;lingua;email;telefono;telefono da chiamare\n"
    person = "Famiglia Nuovissima;Anna Nuovissima;{};anna.nuovissima.che.abita.lontano@abitare.example;;"
    for code in ("it", "xx"):
        page.goto(address("/persone/famiglie/importa/", language))
        content = (heads + person.format(code)).encode()
        page.set_input_files("[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": content})
        page.locator("form:has([type=file]) button").click()
        table = page.locator("main table")
        expect(table.get_by_role("rowheader")).to_have_count(1)
        expect(table.locator("thead")).to_be_hidden()
        for cell in table.locator("tbody :is(th, td):visible").all():
            box = cell.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= page.viewport_size["width"]
        named = table.locator("tbody td", has_text="Anna Nuovissima")
        assert named.evaluate("cell => getComputedStyle(cell, '::before').content").strip('"')


def test_the_list_fits_a_tablet_too(browser_context_for):
    page = browser_context_for("caseworker", viewport="desktop").new_page()
    page.goto("/persone/famiglie/importa/")
    rows = (
        "famiglia;nome;lingua;email;telefono;telefono da chiamare\n"
        "Famiglia Nuovissima;Anna Nuovissima;it;anna.nuovissima.che.abita.lontano.da.qui@abitare.example;"
        "02 0000 0981;02 0000 0982"
    )
    page.set_input_files("[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.locator("form:has([type=file]) button").click()
    expect(page.locator("main")).to_contain_text("Anna Nuovissima")
    for width in (768, 900, 1000, 1100, 1120, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hours_of_ones_own_are_asked_for_when_they_are_wanted(browser_context_for):
    page = browser_context_for("tenant2", viewport="phone", javascript=False).new_page()
    page.goto("/account/notifiche/")
    hours = page.locator("[name=quiet_from], [name=quiet_until]")
    assert [hour.is_visible() for hour in hours.all()] == [False, False]
    page.locator("[name=quiet][value=other]").check()
    assert [hour.is_visible() for hour in hours.all()] == [True, True]


@pytest.mark.parametrize("path", [GUIDE, "/notizie/festa-del-cortile/", "/contatti/"])
def test_a_page_that_is_not_in_arabic_yet_says_so(browser_context_for, path):
    """The frame speaks Arabic, the text keeps its language and direction, and a notice stands before it."""
    page = browser_context_for(None).new_page()
    assert page.goto(address(path, "ar")).status == 200
    notice, article = page.locator(".main > .alert--info"), page.locator("main article")
    assert ARABIC.search(notice.inner_text())
    expect(article).to_have_attribute("lang", "it")
    expect(article).to_have_attribute("dir", "ltr")
    assert notice.bounding_box()["y"] < article.locator("h1").bounding_box()["y"]
    assert ARABIC.search(page.title()) is None

    page.goto(path)
    expect(page.locator("main article")).to_be_visible()
    expect(page.locator(".main > .alert--info")).to_have_count(0)


DARK = {
    None: {"home": "/", "guide": GUIDE},
    "tenant": {"casa": "/casa/", "report": "/manutenzione/segnala/?danger=no"},
    "maintenance": {"work-list": "/manutenzione/lavoro/"},
}


@pytest.mark.parametrize("persona", DARK)
def test_the_dark_is_dark(browser_context_for, screenshot, persona):
    page = browser_context_for(persona, color_scheme="dark").new_page()
    for name, path in DARK[persona].items():
        page.goto(path)
        screenshot(page, f"{name}-phone-it-dark")
        light = page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
        )
        assert max(light) < 64


def test_on_paper_there_is_no_menu(browser_context_for):
    page = browser_context_for("caseworker", viewport="desktop").new_page()
    building = page.context.server.rows("SELECT id FROM portal_building ORDER BY id")[0][0]
    page.goto(f"/luogo/etichette/{building}/")
    page.emulate_media(media="print")
    for gone in (".site-header", ".site-footer", ".skip-link"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".label svg, .label img").first).to_be_visible()
