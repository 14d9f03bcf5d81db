"""Somebody is afraid of whom they live with. What they find is help, at once; nobody learns that they looked for it."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

EXIT = "https://it.wikipedia.org/"
SCREEN = re.compile(r"/mediazione/chiedi/$")


@pytest.fixture
def elsewhere():
    """`elsewhere(page)`: the neutral site answers from here, and says whether it was told where somebody came from."""

    def lead(page) -> list[str | None]:
        referrers = []

        def answer(route) -> None:
            referrers.append(route.request.headers.get("referer"))
            route.fulfill(content_type="text/html", body="<title>Enciclopedia</title><h1>Enciclopedia</h1>")

        page.context.route(f"{EXIT}**", answer)
        return referrers

    return lead


def cases(server) -> int:
    return server.rows("SELECT COUNT(*) FROM community_case")[0][0]


def test_whoever_is_afraid_finds_help_and_leaves_no_trail(fresh_server, browser_context_for, elsewhere):
    before = cases(fresh_server)
    page = browser_context_for("tenant", server=fresh_server).new_page()
    referrers = elsewhere(page)
    page.goto("/casa/")
    page.locator("[data-menu] summary").click()
    page.locator(".menu__panel a[href='/mediazione/']").click()
    page.locator("main a[href='/mediazione/chiedi/']").first.click()
    expect(page).to_have_url(SCREEN)
    expect(page.locator(".safety__helps")).to_be_hidden()
    expect(page.locator(".safety__on")).to_be_hidden()

    # What they choose leaves the phone in no request, and stays in nothing that the phone keeps.
    page.wait_for_load_state("networkidle")
    left = []
    page.on("request", lambda request: left.append(request.url))
    kept = "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, location.href])"
    stored = page.evaluate(kept)
    page.locator(".safety__yes").check()
    for number in ("112", "1522"):
        expect(page.locator(f".safety__helps a[href='tel:{number}']")).to_be_visible()
    expect(page.locator(".safety__on")).to_be_hidden()
    # The bells ask for their counts whenever the socket says so, on every page alike.
    assert [url for url in left if not url.endswith("/notifiche/conto/")] == []
    assert page.evaluate(kept) == stored

    page.locator("a[data-quick-exit]").click()

    expect(page).to_have_title("Enciclopedia")
    assert referrers == [None]
    page.go_back()
    expect(page).to_have_url(re.compile(r"/casa/$"))
    expect(page.locator(".safety")).to_have_count(0)
    page.go_forward()
    expect(page).to_have_title("Enciclopedia")
    assert cases(fresh_server) == before


def test_three_times_escape_is_enough(page_at, elsewhere):
    page = page_at("/mediazione/chiedi/", persona=None)
    elsewhere(page)
    page.locator(".safety__yes").check()

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).to_have_url(SCREEN)
    page.keyboard.press("Escape")

    expect(page).to_have_title("Enciclopedia")


@pytest.mark.parametrize("language", ["it", "ar"])
def test_it_works_without_scripts(browser_context_for, elsewhere, language):
    """The screen is made of style alone, and the way out is a link."""
    page = browser_context_for(None, language=language, javascript=False).new_page()
    elsewhere(page)
    prefix = "" if language == "it" else f"/{language}"
    page.goto(f"{prefix}/mediazione/chiedi/")
    page.locator(".safety__no").check()
    expect(page.locator(f".safety__on a[href='{prefix}/mediazione/chiedi/racconta/']")).to_be_visible()
    expect(page.locator(".safety__helps")).to_be_hidden()
    page.locator(".safety__yes").check()
    expect(page.locator(".safety__helps a[href='tel:1522']")).to_be_visible()
    expect(page.locator(".safety__on")).to_be_hidden()

    page.locator("a[data-quick-exit]").click()

    expect(page).to_have_title("Enciclopedia")
    page.go_back()
    expect(page.locator(".safety__yes")).not_to_be_checked()


def test_whoever_cannot_say_that_nobody_is_in_danger_asks_for_nothing(fresh_server, browser_context_for):
    before = cases(fresh_server)
    page = browser_context_for("tenant", server=fresh_server).new_page()
    page.goto("/mediazione/chiedi/racconta/")
    page.locator("textarea[name=told]").fill("Ho paura quando torna a casa")
    page.locator("input[name=with_whom]").fill("Lui")
    page.locator("input[name=pact]").check()
    page.locator("form[enctype] button[type=submit]").last.click()

    expect(page.locator("main .emergency a[href='tel:1522']")).to_be_visible()
    expect(page.locator("textarea[name=told]")).to_have_value("Ho paura quando torna a casa")
    assert cases(fresh_server) == before


TALKS = """
from django.contrib.auth import get_user_model
from community.testing import mediation_in

people = {part: get_user_model().objects.get(username=f"demo.{key}") for part, key in
          (("first", "tenant"), ("other", "tenant2"), ("by", "mediator"))}
print(mediation_in("mediating", **people).pk)
"""


def test_a_mediator_who_learns_of_danger_ends_the_talks(fresh_server, browser_context_for, axe):
    case = f"/mediazione/casi/{fresh_server.python(TALKS).split()[-1]}/"
    mediator = browser_context_for("mediator", server=fresh_server, viewport="desktop").new_page()
    party = browser_context_for("tenant", server=fresh_server, strict=False).new_page()
    mediator.goto(case)
    mediator.locator(f"a[href='{case}passo/pericolo/']").click()
    # Before it is done: who helps now.
    for number in ("112", "1522"):
        expect(mediator.locator("main")).to_contain_text(number)
    assert axe(mediator) == []
    mediator.locator("main form button[type=submit]").click()

    party.goto(case)
    expect(party.locator(".room--joint")).to_have_count(0)
    expect(party.locator("main")).not_to_contain_text("pericolo")  # whoever it comes from may be looking
    assert fresh_server.rows("SELECT COUNT(*) FROM community_case WHERE outcome = 'unsuitable'")[0][0] == 1
