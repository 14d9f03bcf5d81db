"""A coordinator plans shifts, two neighbours take a place each, one cannot come, and they swap."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NAME = "Ripasso di italiano"


def _next_monday() -> date:
    today = date.today()
    return today + timedelta(days=7 - today.weekday())


def _open(page, monday: date, day: int):
    """The shift of that weekday, from the list of its week."""
    page.goto(f"{page.url.split('/aiuto')[0].split('/casa')[0]}/aiuto/turni/?da={monday.isoformat()}")
    page.locator("#shifts section").filter(has_text=NAME).nth(day).get_by_role(
        "link", name=re.compile(NAME)
    ).click()
    expect(page.locator("h1")).to_contain_text(NAME)


def _press(page, name: str):
    page.locator("#shift").get_by_role("button", name=re.compile(name)).first.click()


def test_two_swap_a_shift(fresh_server, page_at, axe, screenshot):
    monday = _next_monday()

    # The coordinator plans Mondays and Thursdays.
    coordinator = page_at("/aiuto/turni/", persona="coordinator", server=fresh_server)
    coordinator.get_by_role("link", name="Pianifica turni").click()
    coordinator.locator("#id_name").fill(NAME)
    coordinator.locator("input[name=work][value=after_school]").check(force=True)
    coordinator.locator("#id_audience").select_option(label="Pero")
    coordinator.locator("#id_host").select_option(label="Associazione Vicini di Casa")
    for day in (0, 3):
        coordinator.locator(f"input[name=weekdays][value='{day}']").check()
    coordinator.locator("#id_starts_at").fill("07:00")
    coordinator.locator("#id_task_1").fill("Aiuta a leggere")
    assert axe(coordinator) == []
    screenshot(coordinator, "shift-1-plan-phone-it")
    coordinator.locator("main form button[type=submit]").first.click()
    expect(coordinator.locator(".alert--success")).to_be_visible()

    # Samira, who reads Arabic, comes on Monday; Marco on Thursday.
    samira = page_at("/aiuto/turni/", persona="tenant", server=fresh_server)
    _open(samira, monday, 0)
    _press(samira, "Vengo")
    expect(samira.locator(".shift-mine")).to_be_visible()
    marco = page_at("/aiuto/turni/", persona="tenant2", server=fresh_server)
    _open(marco, monday, 1)
    _press(marco, "Vengo")
    expect(marco.locator(".shift-mine")).to_be_visible()

    # On Monday she cannot. Marco hears of it, and offers his Thursday for it.
    _press(samira, "Cerco")
    expect(samira.locator(".shift-mine")).to_contain_text("sostituto")
    _open(marco, monday, 0)
    expect(marco.locator("#shift")).not_to_contain_text("Samira")
    screenshot(marco, "shift-2-stand-in-wanted-phone-it")
    marco.locator(".shift-swap select").select_option(index=_place_in(marco, monday))
    marco.locator(".shift-swap button").click()
    expect(marco.locator(".alert--success")).to_be_visible()

    # Her page shows the offer without being asked again: one press, and both have swapped.
    expect(samira.locator(".shift-offer")).to_be_visible()
    assert axe(samira) == []
    screenshot(samira, "shift-3-offered-phone-it")
    samira.locator(".shift-offer button.button--primary").click()
    expect(samira.locator(".shift-mine")).to_have_count(0)
    expect(marco.locator(".shift-mine")).to_be_visible()
    _open(samira, monday, 1)
    expect(samira.locator(".shift-mine")).to_be_visible()

    # Both are told, and the coordinator sees who comes.
    marco.goto(marco.url.split("/aiuto")[0] + "/notifiche/")
    expect(marco.locator("main")).to_contain_text(NAME)
    _open(coordinator, monday, 0)
    expect(coordinator.locator(".shift-people")).to_contain_text("Marco Bellini")


def _place_in(page, monday: date) -> int:
    """Which of the places offered in return is the Thursday's of this plan."""
    options = page.locator(".shift-swap option").all_inner_texts()
    thursday = (monday + timedelta(days=3)).day
    return next(n for n, text in enumerate(options) if NAME in text and f" {thursday} " in text)
