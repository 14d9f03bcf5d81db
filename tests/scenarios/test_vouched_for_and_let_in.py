"""A volunteer asks at the door, the association knows her and lets her in, she signs in, the agency checks her."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TERESA, ADDRESS = "Teresa Galli", "teresa.galli@abitare.example"


def _new_code(server, seen: set[str]) -> str:
    """The code in a message to her that has not been read yet."""
    code = server.code_sent_to(ADDRESS, besides=seen)
    seen.add(code)
    return code


def test_from_the_door_to_the_check(fresh_server, browser_context_for, page_at, axe, screenshot):
    seen: set[str] = set()
    phone = browser_context_for(None, language="ar").new_page()
    phone.goto("/ar/partecipa/")
    phone.locator("#id_name").fill(TERESA)
    phone.locator("#id_email").fill(ADDRESS)
    phone.locator("input[name=wish][value=volunteer]").check()
    phone.locator("#id_organization").select_option(label="Associazione Vicini di Casa")
    assert axe(phone) == []
    screenshot(phone, "vouching-1-asks-phone-ar")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.locator("main form button[type=submit]").last.click()
    phone.locator("#id_code").fill(_new_code(fresh_server, seen))
    phone.locator("main form button[type=submit]").first.click()
    expect(phone.locator(".receipt")).to_be_visible()

    # Her association knows her. One press, and she is in.
    coordinator = page_at("/enti/", persona="coordinator")
    row = coordinator.locator("main li.panel", has_text=TERESA)
    row.locator("button.button--primary").click()
    expect(coordinator.locator(".alert--success")).to_contain_text(TERESA)
    expect(coordinator.locator("main li.panel", has_text=TERESA)).to_have_count(1)  # among the members
    screenshot(coordinator, "vouching-2-let-in-phone-it")

    # She signs in with a code, and finds her organization.
    phone.goto("/ar/account/login/code/")
    phone.locator("#id_login").fill(ADDRESS)
    phone.locator("main form button[type=submit]").last.click()
    phone.locator("#id_code").fill(_new_code(fresh_server, seen))
    phone.locator("main form button[type=submit]").first.click()
    expect(phone).to_have_url(re.compile(r"/casa/"))
    phone.goto("/ar/enti/")
    expect(phone.locator("h1")).to_contain_text("Associazione Vicini di Casa")

    # The caseworker's day says that somebody is to be checked.
    day = page_at("/casa/oggi/", persona="caseworker")
    day.locator("a[href$='?show=check']").click()
    row = day.locator("main li.panel", has_text=TERESA)
    expect(row).to_be_visible()
    assert axe(day) == []
    screenshot(day, "vouching-3-to-check-phone-it")
    row.locator("button[type=submit]").click()
    expect(day.locator(".alert--success")).to_contain_text(TERESA)
    day.goto("/persone/richieste/?show=check")
    expect(day.locator("main li.panel", has_text=TERESA)).to_have_count(0)
