"""With a keyboard alone, as people use it who cannot hold a mouse, and as switches and screen readers do."""

import re

import pytest
from playwright.sync_api import expect

from .pictures import photo

pytestmark = pytest.mark.browser

FORM = "/manutenzione/segnala/?danger=no"


@pytest.fixture
def desk(page_at):
    """`desk("/casa/", persona="tenant")`: a page on a desktop; the test has keys only."""
    return lambda path, **options: page_at(path, viewport="desktop", **options)


def tab_to(page, selector: str, most: int = 60) -> None:
    """Press Tab until the focus is there."""
    for _ in range(most):
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab do not lead to {selector}")


@pytest.mark.parametrize("language", ["it", "ar"])
def test_the_first_key_offers_the_way_past_the_menu(desk, language):
    page = desk("/casa/", persona="tenant", language=language)
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    assert skip.bounding_box()["height"] >= 44

    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_menu_opens_with_enter_and_closes_with_escape(desk):
    page = desk("/casa/", persona="maintenance")
    summary, panel = page.locator("[data-menu] summary"), page.locator(".menu__panel")
    tab_to(page, "[data-menu] summary")

    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('.menu__panel').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(summary).to_be_focused()

    # It closes too when one goes on, and Enter on an entry leads there.
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    expect(panel).to_be_hidden()
    tab_to(page, "[data-menu] summary")
    page.keyboard.press("Enter")
    tab_to(page, ".menu__panel a[href='/account/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/account/$"))


def test_signing_in(desk):
    page = desk("/account/login/?next=/notifiche/")
    tab_to(page, "button[value=tenant3]")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/notifiche/$"))


def test_a_report_is_written_and_sent(server, desk):
    """Danger, place, category, words, photo, urgency, sending: Tab, arrows, space, Enter and letters."""
    page = desk("/manutenzione/segnala/", persona="tenant2")
    # From now on, and not when the key is pressed: a busy browser opens its own dialog before it hears that we listen.
    page.on("filechooser", lambda chooser: chooser.set_files([photo("porta.jpg")]))
    tab_to(page, "main a[href*='danger=no']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("danger=no"))

    tab_to(page, "select[name=area]")
    page.keyboard.press("ArrowDown")
    assert page.locator("select[name=area]").input_value()
    tab_to(page, "input[name=category]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    tab_to(page, "textarea[name=text]")
    page.keyboard.type("La porta non si chiude")
    tab_to(page, "input[type=file]")
    page.keyboard.press("Enter")
    expect(page.locator(".previews img")).to_have_count(1)
    tab_to(page, "input[name=urgency]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, ".report-form button[type=submit]")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/manutenzione/\d+/ricevuta/"))
    number = page.locator(".receipt__number strong").inner_text()
    told = server.rows("SELECT category, urgency, text FROM manutenzione_ticket WHERE number = %s", number)
    assert told == [("entry", "P2", "La porta non si chiude")]


def test_after_a_mistake_the_focus_leads_through_what_is_wrong(desk):
    page = desk(FORM, persona="tenant2")
    tab_to(page, ".report-form button[type=submit]")
    page.keyboard.press("Enter")

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    expect(summary.locator("a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[name=area]")).to_be_focused()


def test_the_operator_takes_a_step(desk, visits):
    """The steps of a ticket are folded away; Enter unfolds them."""
    path = next(visit["path"] for visit in visits["manutenzione:ticket"] if visit["persona"] == "contractor")
    page = desk(path, persona="maintenance")
    tab_to(page, "#step-hold > summary")
    expect(page.locator("#step-hold textarea")).to_be_hidden()
    page.keyboard.press("Enter")
    tab_to(page, "#step-hold textarea")
    page.keyboard.type("Aspettiamo il pezzo")
    expect(page.locator("#step-hold textarea")).to_have_value("Aspettiamo il pezzo")
