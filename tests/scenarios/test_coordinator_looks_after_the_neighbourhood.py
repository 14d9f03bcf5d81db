"""A coordinator opens her organization's page, opens a shift that lacks somebody, says yes, takes tables along."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_she_finds_all_of_it_on_one_page(fresh_server, page_at, axe, screenshot):
    lucia = page_at("/casa/", persona="coordinator")

    # From her home to her organization: nothing of the work has to be looked for.
    lucia.locator("#my-organizations-aid .card__list a").click()
    expect(lucia).to_have_url(re.compile(r"/aiuto/enti/\d+/$"))
    home = lucia.url
    assert axe(lucia) == []
    screenshot(lucia, "coordinator-1-to-do-phone-it")

    # A shift lacks somebody: she opens it.
    lucia.locator("#to-fill li", has=lucia.locator(".badge--warning")).first.locator("a").click()
    expect(lucia).to_have_url(re.compile(r"/aiuto/turni/\d+/$"))

    # Teresa would look after Samira's children: she says yes, and it waits no more.
    lucia.goto(home)
    lucia.locator("#approvals a[href*='/aiuto/scambi/']").first.click()
    step = lucia.locator("#step-approve")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    expect(lucia.locator("#known")).to_contain_text("Teresa")
    step.locator("input[name=is_sure]").check()
    step.locator("button[type=submit]").click()
    expect(lucia.locator(".alert--success")).to_be_visible()
    expect(lucia.locator("#decided")).to_be_visible()
    lucia.goto(home)
    expect(lucia.locator("#approvals a[href*='/aiuto/scambi/']")).to_have_count(0)
    expect(lucia.locator("#disputes a[href*='/aiuto/scambi/']")).to_have_count(1)

    # The hours of the months, and the same as a table.
    lucia.locator("main nav.filters a").nth(1).click()
    expect(lucia.locator("main .bars__row").first).to_be_attached()
    screenshot(lucia, "coordinator-2-hours-phone-it")
    with lucia.expect_download() as sent:
        lucia.locator("a[href$='/tabelle/ore/']").click()
    table = sent.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(table) > 2
    assert all(line.count(";") == 3 for line in table)

    # With names in it, she says why first.
    lucia.goto(home)
    lucia.locator("a[href$='/tabelle/soci/']").click()
    lucia.locator("input[name=why][value=control]").check(force=True)
    with lucia.expect_download() as sent:
        lucia.locator("main form button[type=submit]").click()
    assert "Davide Ferri" in sent.value.path().read_text(encoding="utf-8-sig")
