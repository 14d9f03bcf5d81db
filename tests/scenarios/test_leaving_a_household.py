"""Somebody leaves a household: within five seconds nothing of it is open to them, and the others notice nothing."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.harness.browsing import PATIENCE, address, keep_open, was_kept_open

pytestmark = pytest.mark.browser

PROMISED = 5.0  # seconds
JOIN = """
from portal.people.models import User
household = User.objects.get(username="demo.tenant").household_memberships.get(until=None).household
print(household.add(User.objects.get(username="demo.neighbour"), by=None).pk)
"""
REPORT = """
import uuid
from django.apps import apps
from portal.people.models import User
tenant = User.objects.get(username="demo.tenant")
area = apps.get_model("portal", "Building").objects.home_of(tenant).get().common_areas.first()
ticket = apps.get_model("manutenzione", "Ticket").report(
    by=tenant, client_id=uuid.uuid4(), area=area, category="lighting", urgency="P2", text="Buio davanti alla porta {n}"
)
print(ticket.number)
"""
TRIAGE = """
from django.apps import apps
from portal.people.models import User
apps.get_model("manutenzione", "Ticket").objects.get(number={number}).triage(
    by=User.objects.get(username="demo.maintenance"), urgency="P2"
)
"""


def _at_last(is_so) -> bool:
    """Whether it is so within the patience that a page is given."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.2)
    return is_so()


def told_to(server, persona: str) -> int:
    (row,) = server.rows(
        "SELECT count(*) FROM portal_notification n JOIN portal_user u ON u.id = n.person_id WHERE u.username = %s",
        f"demo.{persona}",
    )
    return row[0]


def watched(page) -> dict:
    """When the sockets of that page closed, on the clock of this test; filled as it happens."""
    closed = {}
    page.on(
        "websocket", lambda socket: socket.on("close", lambda _: closed.setdefault("at", time.monotonic()))
    )
    return closed


def test_leaving_a_household(fresh_server, browser_context_for, page_at, record_property, screenshot):
    member = int(fresh_server.python(JOIN).split()[-1])
    number = int(fresh_server.python(REPORT.replace("{n}", "1")).split()[-1])

    # Teresa has her home open on the phone, and in another tab she is about to report something.
    teresa = browser_context_for("neighbour", strict=False)
    home = teresa.new_page()
    closed = watched(home)
    home.goto("/casa/")
    expect(home.locator("main")).to_contain_text("Casa dei Tigli")
    expect(home.locator("body")).to_have_attribute("data-live-state", "open")
    ticket = teresa.new_page()
    ticket.goto(f"/manutenzione/{number}/")
    expect(ticket.locator("#ticket")).to_contain_text("Buio davanti alla porta")
    account = teresa.new_page()
    account.goto("/account/")
    expect(account.locator("body")).to_have_attribute("data-live-state", "open")
    account.locator("input[name=display_name]").fill("Teresa G.")
    # Samira, of the same household, has hers open on another phone.
    samira = page_at("/casa/", persona="tenant", language="ar")
    expect(samira.locator("body")).to_have_attribute("data-live-state", "open")
    keep_open(samira)

    # Elena ends Teresa's membership in the register.
    desk = page_at(f"/admin/household-members/edit/{member}/", persona="caseworker", viewport="desktop")
    desk.locator("input[name=ends]").check()
    began = time.monotonic()
    desk.locator("form button[type=submit]:visible, form .action-save:visible").first.click()

    # Within five seconds her socket is closed, what was open shows nothing of the home, and what she wrote is there.
    expect(home).to_have_url(re.compile(r"/account/login/"), timeout=PROMISED * 1000)
    shown = time.monotonic() - began
    assert closed["at"] - began < PROMISED
    assert shown < PROMISED
    expect(ticket).to_have_url(re.compile(r"/account/login/"), timeout=max(1, PROMISED - shown) * 1000)
    expect(account.locator("#connection")).to_be_visible(timeout=PROMISED * 1000)
    expect(account.locator("input[name=display_name]")).to_have_value("Teresa G.")
    screenshot(account, "leaving-signed-out-phone-it", full_page=False)
    record_property("socket closed after, seconds", f"{closed['at'] - began:.2f}")
    record_property("page gone after, seconds", f"{shown:.2f}")

    # The next click leads to the door.
    account.locator("a[href='/casa/']").first.click()
    expect(account).to_have_url(re.compile(r"/account/login/\?next="))

    # Whoever signs in again sees nothing of it; an old link leads nowhere.
    back = browser_context_for("neighbour", strict=False).new_page()
    back.goto("/casa/")
    expect(back.locator("main")).not_to_contain_text("Casa dei Tigli")
    assert back.goto(f"/manutenzione/{number}/").status == 404
    back.goto("/manutenzione/")
    expect(back.locator("main")).not_to_contain_text("Buio davanti alla porta")

    # What happens there now is told to Samira, and not to Teresa.
    hers, theirs = told_to(fresh_server, "tenant"), told_to(fresh_server, "neighbour")
    fresh_server.python(TRIAGE.replace("{number}", str(number)))
    expect(samira.locator(".site-header__tools .count__number").first).to_be_visible()
    assert _at_last(lambda: told_to(fresh_server, "tenant") > hers)
    assert told_to(fresh_server, "neighbour") == theirs

    # And she has noticed nothing.
    assert was_kept_open(samira)
    expect(samira.locator("body")).to_have_attribute("data-live-state", "open")
    expect(samira).to_have_url(re.compile(r"/ar/casa/$"))
    assert samira.goto(address(f"/manutenzione/{number}/", "ar")).status == 200
