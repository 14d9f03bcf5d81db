"""The list under the search's box, by keyboard, for those who listen, and without a script."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["it", "ar"])
def test_suggestions_by_keyboard(page_at, axe, screenshot, language):
    page = page_at("/cerca/", language=language)
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")

    box.press_sequentially("sfrat")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".search-form__box [role=status]")).not_to_be_empty()
    assert axe(page) == []
    screenshot(page, f"suggestions-{language}-phone")

    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    expect(box).to_be_focused()
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None

    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("sfrat")  # the list goes first, not what was typed

    box.press("ArrowDown")
    leads_to = options.first.get_attribute("data-url")
    box.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(leads_to) + "$"))


@pytest.mark.parametrize("viewport", ["phone", "desktop"])
def test_nothing_on_the_home_cuts_the_list_off(page_at, viewport):
    page = page_at("/", viewport=viewport)
    page.locator("main").get_by_role("combobox").press_sequentially("sfrat")
    last = page.locator("main").get_by_role("option").last
    last.click(trial=True)
    box = last.bounding_box()
    seen = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y)?.closest('[role=option]')?.id",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert seen == last.get_attribute("id")


def test_enter_without_a_choice_searches(page_at):
    page = page_at("/cerca/")
    box = page.get_by_role("combobox")
    box.press_sequentially("sfratto")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Enter")

    expect(page).to_have_url(re.compile(r"\?q=sfratto$"))
    expect(page.locator("main mark").first).to_be_visible()


def test_a_click_opens_what_it_is_on(page_at):
    page = page_at("/cerca/")
    page.get_by_role("combobox").press_sequentially("sfratto")
    option = page.get_by_role("option").first
    leads_to = option.get_attribute("data-url")
    option.click()

    expect(page).to_have_url(re.compile(re.escape(leads_to) + "$"))
