"""A drill from the shelf of the house: found, reserved, picked up by its label, kept a day longer, given back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.harness.browsing import keep_open, was_kept_open

pytestmark = pytest.mark.browser

DRILL = "Trapano a percussione"  # of the shelf of the tenants' house; tenant2 keeps it
TENANT = "Samira Haddad"
BELL = ".site-header__tools a[href$='/notifiche/'] .count__number"


def _press(page, verb: str) -> None:
    """A step of the thing's page: its button, unfolded where it has a form."""
    form = page.locator(f"form[action$='/{verb}/']").first
    if not form.is_visible():
        form.locator("xpath=..").locator("summary").click()
    form.locator("button[type=submit]").click()


def _choose(page, day) -> None:
    """A day in the calendar, in the next month where it lies there."""
    expect(page.locator("#thing-month")).to_be_visible()
    page.wait_for_load_state()
    cell = page.locator(f"#thing-month td a[href*='={day.isoformat()}#']")
    if cell.count() == 0:
        page.locator("#thing-month a[rel=next]").click()
    cell.last.click()
    page.wait_for_url(re.compile(f"={day.isoformat()}"))


def test_the_drill_is_borrowed_and_given_back(fresh_server, browser_context_for, page_at, axe, screenshot):
    today = timezone.localdate()
    code = str(fresh_server.rows("SELECT code FROM community_thing WHERE name = %s", DRILL)[0][0])
    code = code if "-" in code else "-".join((code[:8], code[8:12], code[12:16], code[16:20], code[20:]))
    phone = page_at("/aiuto/cose/?q=trapano", persona="tenant")
    keeper = page_at(f"/aiuto/cose/{code}/", persona="tenant2", viewport="desktop")
    keep_open(keeper)

    # Samira finds the drill and reserves two days on its calendar.
    phone.locator(".thing__name a", has_text=DRILL).click()
    _choose(phone, today)
    _choose(phone, today + timedelta(days=1))
    expect(phone.locator("input[name=last_day]")).to_have_value((today + timedelta(days=1)).isoformat())
    phone.locator("form[action$='/prenota/'] button[type=submit]").click()
    expect(phone.locator("#thing-month .month__day--mine").first).to_be_visible()
    expect(keeper.locator("#thing-desk")).to_contain_text(TENANT)
    assert was_kept_open(keeper)
    assert axe(phone) == []
    screenshot(phone, "drill-1-reserved-phone")

    # At the shelf she scans the label: the one button that fits is there.
    phone.goto(f"/aiuto/cose/etichetta/{code}/")
    expect(phone).to_have_url(re.compile(rf"/aiuto/cose/{code}/\?scanned=1$"))
    _press(phone, "pick_up")
    expect(phone.locator("details:has(form[action$='/give_back/']) > summary")).to_be_visible()

    # She needs it a day longer.
    phone.locator("details:has(form[action$='/renew/']) > summary").click()
    phone.locator("input[name=until]").fill((today + timedelta(days=2)).isoformat())
    phone.locator("form[action$='/renew/'] button[type=submit]").click()
    expect(phone.locator("#thing-desk form[action$='/renew/']")).to_have_count(1)
    loans = fresh_server.rows(
        "SELECT r.last_day FROM community_reservation r JOIN community_thing t ON t.id = r.thing_id "
        "WHERE t.name = %s AND r.state = 'picked_up'",
        DRILL,
    )
    assert [str(last) for (last,) in loans] == [(today + timedelta(days=2)).isoformat()]

    # Somebody else would like it: the calendar says "taken", and not by whom.
    volunteer = page_at(f"/aiuto/cose/{code}/", persona="volunteer")
    expect(volunteer.locator("main")).not_to_contain_text(TENANT)
    expect(volunteer.locator("#thing-month .month__day--taken").first).to_be_visible()
    volunteer.locator("form[action$='/attesa/join/'] button").click()
    expect(volunteer.locator("form[action$='/attesa/leave/']")).to_be_visible()
    rings = volunteer.locator(BELL)
    before = int(rings.inner_text()) if rings.count() else 0

    # Samira gives it back by the label, a bit damaged.
    phone.goto(f"/aiuto/cose/etichetta/{code}/")
    phone.locator("label:has(input[name=damage][value=some])").click()
    phone.locator("#thing-desk form[action$='/give_back/'] textarea").fill("Il mandrino gratta")
    screenshot(phone, "drill-2-giving-back-phone")
    phone.locator("form[action$='/give_back/'] button[type=submit]").click()
    expect(phone.locator("form[action$='/give_back/']")).to_have_count(0)

    # Marco, who keeps it, reads what is wrong, has it repaired and says so; whoever waits hears that it is free.
    expect(keeper.locator("#thing-desk")).to_contain_text("Il mandrino gratta")
    assert was_kept_open(keeper)
    screenshot(keeper, "drill-3-to-repair-desktop", full_page=False)
    _press(keeper, "mend")
    volunteer.wait_for_function(
        "([bell, before]) => Number(document.querySelector(bell)?.textContent) > before", arg=[BELL, before]
    )
    volunteer.goto("/notifiche/")
    volunteer.locator("#inbox .entry__link", has_text=DRILL).first.click()
    expect(volunteer).to_have_url(re.compile(rf"/aiuto/cose/{code}/$"))
    expect(volunteer.locator("#thing-wait .alert--success")).to_be_visible()
    expect(volunteer.locator("#thing-month .month__day--mine").first).to_be_visible()
