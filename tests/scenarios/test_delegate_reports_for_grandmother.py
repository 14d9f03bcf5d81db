"""A grandmother without e-mail lets a neighbour report faults for her: seen by all who should, ended with one touch."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ROSA, TERESA, NEIGHBOUR = "Rosa Quispe", "Teresa Galli", "Samira Haddad"
WITHIN = 5_000  # ms in which an open page learns that a grant has ended


def _signed_in_with_a_paper(page_at, browser_context_for, axe):
    """Rosa's own browser. With neither e-mail nor phone, she types what stands on the paper that the desk prints."""
    desk = page_at("/persone/fogli/", persona="caseworker", viewport="desktop")
    desk.locator("main input[name=q]").fill(ROSA)
    desk.locator("main form button[type=submit]").click()
    desk.locator("main .list a", has_text=ROSA).click()
    desk.locator("main form button[type=submit]").last.click()
    paper = desk.locator("article")
    number = paper.locator("p.receipt__number strong").inner_text()
    code = paper.locator("li.receipt__number strong").first.inner_text()

    rosa = browser_context_for(None).new_page()
    rosa.goto("/account/login/")
    rosa.locator("main a[href*='/login/foglio/']").click()
    rosa.locator("input[name=number]").fill(number)
    rosa.locator("input[name=code]").fill(code)
    assert axe(rosa) == []
    rosa.locator("main form button[type=submit]").click()
    expect(rosa.locator("body.signed-in")).to_contain_text(ROSA)
    return rosa


def _label(server) -> str:
    rows = server.rows(
        "SELECT a.label FROM portal_commonarea a JOIN portal_building b ON b.id = a.building_id "
        "WHERE b.name = 'Casa dei Tigli' AND a.kind = 'stairs' ORDER BY a.id"
    )
    return str(rows[0][0])


def _code_of(page) -> str:
    """What Teresa reads out to Rosa."""
    page.goto("/account/deleghe/")
    page.locator("form[action='/account/deleghe/codice/'] button").click()
    return page.locator("section:has(#code) .figure").inner_text()


def _news(page) -> str:
    page.goto("/notifiche/")
    return page.locator("#inbox").inner_text()


def test_teresa_reports_the_broken_light_for_rosa(
    fresh_server, browser_context_for, page_at, axe, screenshot
):
    rosa = _signed_in_with_a_paper(page_at, browser_context_for, axe)
    teresa = browser_context_for("neighbour").new_page()

    # Teresa reads her code out; Rosa writes it down, and for how long.
    code = _code_of(teresa)
    rosa.goto("/account/deleghe/nuova/")
    rosa.locator("input[name=whom]").fill(code)
    assert axe(rosa) == []
    screenshot(rosa, "delegate-1-grant-phone-it")
    rosa.locator("main form button[type=submit]").click()
    expect(rosa.locator("#delegations")).to_contain_text(code.replace(" ", ""))
    expect(rosa.locator("main")).not_to_contain_text(TERESA)

    # Teresa is asked on the page she has open, and says yes.
    asked = teresa.locator("section:has(#offered) a", has_text=ROSA)
    expect(asked).to_be_visible()
    asked.click()
    assert axe(teresa) == []
    teresa.locator("form[action$='/accept/'] button").click()
    expect(rosa.locator("#delegations")).to_contain_text(TERESA)

    # She acts for Rosa, and every page says so.
    teresa.locator("#delegations li", has_text=ROSA).locator("form[action$='/start/'] button").click()
    band = teresa.locator("#acting")
    expect(band).to_contain_text(ROSA)
    expect(teresa.locator("#board")).not_to_contain_text(NEIGHBOUR)
    screenshot(teresa, "delegate-2-acting-phone-it")
    assert axe(teresa) == []
    teresa.goto("/casa/")
    expect(band).to_contain_text(ROSA)
    expect(teresa.locator("main")).not_to_contain_text("via dei Tigli")

    # She reports the broken light through the ordinary pages; the places are those of Rosa's building.
    teresa.goto(f"/manutenzione/segnala/?area={_label(fresh_server)}")
    teresa.locator("a[href*='danger=no']").click()
    teresa.locator("label:has(input[name=category][value=lighting])").click()
    teresa.locator("textarea[name=text]").fill("La luce davanti alla porta di Rosa non si accende.")
    teresa.locator("input[name=urgency][value=P2]").check()
    assert axe(teresa) == []
    teresa.locator("form.report-form button[type=submit]").click()
    expect(teresa).to_have_url(re.compile(r"/manutenzione/\d+/ricevuta/"))
    number = int(teresa.locator(".receipt__number strong").inner_text())

    # For Roberto it is Rosa's report, sent by Teresa.
    desk = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop")
    expect(desk.locator("#ticket")).to_contain_text(ROSA)
    expect(desk.locator("#ticket")).to_contain_text(TERESA)
    expect(desk.locator("#ticket-history")).to_contain_text(re.compile(f"{TERESA} .*{ROSA}"))
    # The neighbours read as ever that it was a neighbour.
    upstairs = page_at(f"/manutenzione/{number}/", persona="tenant2")
    for name in (ROSA, TERESA):
        expect(upstairs.locator("main")).not_to_contain_text(name)

    # Rosa is told what was done for her, and both hear that it was taken on.
    desk.locator("#step-triage button[type=submit]").click()
    expect(desk.locator("#ticket .ticket-state--triaged")).to_be_visible()
    expect(rosa.locator("#delegations .timeline")).to_contain_text(TERESA)
    rosa.goto("/notifiche/")
    expect(rosa.locator("#inbox")).to_contain_text(TERESA)
    expect(rosa.locator("#inbox")).to_contain_text(str(number))
    teresa.goto("/notifiche/")
    expect(teresa.locator("#inbox")).to_contain_text(str(number))

    # Rosa ends it on her phone. Teresa's open page knows within five seconds, and her next click is refused.
    teresa.goto(f"/manutenzione/{number}/")
    expect(teresa.locator("#ticket")).to_contain_text(ROSA)
    teresa.locator("#step-cancel summary").click()
    teresa.locator("#step-cancel textarea[name=note]").fill("È ripartita da sola.")
    rosa.goto("/account/deleghe/")
    rosa.locator("section:has(#given) a", has_text=TERESA).click()
    expect(rosa.locator("#done")).to_be_visible()
    screenshot(rosa, "delegate-3-what-was-done-phone-it")
    rosa.locator("form[action$='/end/'] button").click()
    expect(teresa.locator("#acting [role=alert]")).to_be_visible(timeout=WITHIN)
    teresa.locator("#step-cancel button[type=submit]").click()
    expect(teresa.locator("main [role=alert]")).to_contain_text(ROSA)
    screenshot(teresa, "delegate-4-refused-phone-it")
    assert axe(teresa) == []
    desk.reload()
    expect(desk.locator("#ticket .ticket-state--triaged")).to_be_visible()

    # She goes on for herself, and Rosa's report is none of her business any more.
    teresa.locator("main form button").first.click()
    expect(teresa.locator("#acting")).to_have_count(0)
    assert teresa.goto(f"/manutenzione/{number}/").status == 404
