"""What is ticked off of a guide stays on the phone: over a reload, not over signing out, and nowhere else."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

GUIDE = "/lista-di-prova/"
WRITE = """
from wagtail.models import Site
from portal.pages.models import GuidePage
home = Site.objects.get(is_default_site=True).root_page
if not GuidePage.objects.filter(slug="lista-di-prova").exists():
    home.add_child(instance=GuidePage(
        title="Lista di prova", slug="lista-di-prova", locale=home.locale,
        needs=[("item", "<p>il contratto</p>"), ("item", '<p>la <a href="/contatti/">lettera</a></p>')],
        steps=[("step", {"title": "Vieni", "text": "<p>Allo sportello.</p>"})],
    ))
"""


@pytest.fixture
def guide(server):
    server.python(WRITE)


def boxes(page):
    return page.locator("[data-ticks] input[type=checkbox]")


def test_ticks_stay_over_a_reload_and_nothing_is_sent(guide, browser_context_for):
    page = browser_context_for(None).new_page()
    page.goto(GUIDE)
    sent = []
    page.on("request", lambda request: sent.append(request.url))

    boxes(page).nth(1).focus()
    page.keyboard.press("Space")
    page.get_by_text("Vieni", exact=True).click()  # what is to be done ticks itself off, too
    expect(page.get_by_role("checkbox", name="Vieni")).to_be_checked()

    status = page.locator("[data-ticks] [role=status]")
    expect(status).to_have_text(re.compile(r"\D2\D.*3"))
    assert sent == []
    page.reload()
    assert [box.is_checked() for box in boxes(page).all()] == [False, True, True]
    page.get_by_role("link", name="lettera").click()
    expect(page).to_have_url(re.compile("/contatti/"))


def test_start_again_takes_every_tick_away(guide, browser_context_for):
    page = browser_context_for(None).new_page()
    page.goto(GUIDE)
    boxes(page).first.check()

    page.locator("[data-ticks] button").click()

    expect(boxes(page).first).not_to_be_checked()
    expect(boxes(page).first).to_be_focused()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('ticks'))") == []


def test_signing_out_forgets_them(guide, browser_context_for):
    page = browser_context_for("tenant").new_page()
    page.goto(GUIDE)
    boxes(page).first.check()
    page.goto("/account/logout/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("body.signed-in")).to_have_count(0)

    page.goto(GUIDE)

    expect(boxes(page).first).not_to_be_checked()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('ticks'))") == []


def test_whoever_signs_in_on_this_phone_does_not_see_a_visitors_ticks(guide, browser_context_for):
    page = browser_context_for(None).new_page()
    page.goto(GUIDE)
    boxes(page).first.check()
    page.goto("/account/login/")
    page.locator("button[value=tenant]").click()
    expect(page.locator("body.signed-in")).to_have_count(1)

    page.goto(GUIDE)

    expect(boxes(page).first).not_to_be_checked()


def test_without_javascript_it_is_a_plain_list(guide, browser_context_for):
    page = browser_context_for(None, javascript=False).new_page()
    page.goto(GUIDE)

    expect(page.locator(".checklist > li")).to_have_text(["il contratto", "la lettera"])
    expect(page.locator("main input")).to_have_count(0)


@pytest.mark.parametrize("language", ["it", "ar"])
def test_nothing_is_wrong_with_the_list(guide, page_at, axe, language):
    page = page_at(GUIDE, language=language)

    expect(boxes(page)).to_have_count(3)
    assert axe(page) == []
