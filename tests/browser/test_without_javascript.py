"""Old phones, strict browsers, a script that does not arrive: every way leads to its end without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browsing import address

from .pictures import photo

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(browser_context_for):
    """`plain("tenant")`: a page of a browser that runs no script."""
    return lambda persona=None, **options: browser_context_for(
        persona, javascript=False, **options
    ).new_page()


def test_signing_in_and_out(server, plain):
    page = plain()
    page.goto("/casa/")
    expect(page).to_have_url(re.compile(r"/account/login/\?next=/casa/$"))
    page.locator("form:has([value=tenant3]) button").click()
    expect(page).to_have_url(re.compile(r"/casa/$"))
    expect(page.locator("h1")).to_contain_text("Ionela Munteanu")

    page.locator("[data-menu] summary").click()
    page.locator("[data-menu] form button").click()

    expect(page.locator(".site-header a[href='/account/login/']").first).to_be_visible()
    page.goto("/casa/")
    expect(page).to_have_url(re.compile("/account/login/"))


@pytest.mark.parametrize("language", ["it", "ar"])
def test_who_reads_a_conversation_can_answer_wherever_they_are(plain, language):
    page = plain("tenant", language=language)
    page.goto(address("/conversazioni/", language))
    page.locator(".conversation-row__what").first.click()
    composer, last = page.locator(".composer"), page.locator(".conversation > li").last
    dock = page.locator(".dock").bounding_box()
    for place in (page.locator("h1"), last, page.locator(".conversation-mute")):
        place.scroll_into_view_if_needed()
        for part in (composer.locator("textarea").first, composer.locator("form > button")):
            box = part.bounding_box()
            assert 0 <= box["y"] <= box["y"] + box["height"] <= dock["y"]
    said = last.bounding_box()
    assert said["y"] + said["height"] <= composer.bounding_box()["y"], "at the end nothing is covered"


def test_the_menu_opens_and_leads_on(plain):
    page = plain("tenant")
    page.goto("/casa/")
    panel = page.locator(".menu__panel")
    expect(panel).to_be_hidden()
    page.locator("[data-menu] summary").click()
    expect(panel).to_be_visible()
    panel.locator("a[href='/account/']").click()
    expect(page).to_have_url(re.compile(r"/account/$"))
    expect(page.locator(".menu__panel")).to_be_hidden()


def test_the_language_changes_and_the_page_stays(plain):
    page = plain("tenant")
    page.goto("/manutenzione/?show=finished")
    for language in ("ar", "en", "it"):
        page.locator(f"footer [hreflang={language}]").click()
        expect(page).to_have_url(
            re.compile(re.escape(address("/manutenzione/?show=finished", language)) + "$")
        )
        expect(page.locator("html")).to_have_attribute("lang", language)


def test_from_the_label_on_the_wall_to_the_ticket(server, plain):
    """The whole report: label, danger, form with a mistake, receipt, ticket, taking it back."""
    label = server.rows(
        "SELECT a.label FROM portal_commonarea a JOIN portal_building b ON b.id = a.building_id "
        "WHERE b.name = %s ORDER BY a.id",
        "Casa dei Tigli",
    )[0][0]
    page = plain("tenant2", language="ar")
    page.goto(f"/ar/manutenzione/segnala/?area={label}")
    page.locator("a[href*='danger=no']").click()
    page.locator("textarea[name=text]").fill("باب القبو مكسور")
    page.locator("input[type=file][name=photos]").set_input_files([photo("porta.jpg")])
    page.locator(".report-form button[type=submit]").click()

    # Category and urgency are missing: what was written is there, and so is the photo.
    expect(page.locator("[data-error-summary] a").first).to_be_visible()
    expect(page.locator("textarea[name=text]")).to_have_value("باب القبو مكسور")
    expect(page.locator(".report-form img").first).to_be_visible()
    page.locator("label:has(input[name=category][value=entry])").click()
    page.locator("input[name=urgency]").last.check()
    page.locator(".report-form button[type=submit]").click()

    expect(page).to_have_url(re.compile(r"/ar/manutenzione/\d+/ricevuta/"))
    number = page.locator(".receipt__number strong").inner_text()
    page.locator(f"main a[href='/ar/manutenzione/{number}/']").click()
    expect(page.locator("#ticket")).to_contain_text("باب القبو مكسور")
    expect(page.locator("#ticket .photos__item img")).to_have_count(1)

    step = page.locator("#step-cancel")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    step.locator("textarea[name=note]").fill("تم إصلاحه")
    step.locator("button[type=submit]").click()
    expect(page.locator("#ticket .ticket-state--cancelled")).to_be_visible()
    expect(page.locator("#ticket-history")).to_contain_text("تم إصلاحه")


def test_searching(plain):
    page = plain()
    page.goto("/")
    page.locator(".site-header a[href='/cerca/']").click()
    page.locator("main input[name=q]").fill("contratto")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/cerca/\?q=contratto"))
    page.locator("main a[href*='contratto']").first.click()
    expect(page.locator("main h1")).to_be_visible()


def test_the_operator_filters_and_takes_on(plain):
    page = plain("maintenance", viewport="desktop")
    page.goto("/manutenzione/lavoro/?state=submitted")
    page.locator(".work-filter > summary").click()
    page.locator("select[name=urgency]").select_option("P3")
    page.locator(".work-filter__form button[type=submit]").click()
    expect(page).to_have_url(re.compile("urgency=P3"))
    expect(page.locator(".work-filter select[name=urgency]")).to_have_value("P3")
