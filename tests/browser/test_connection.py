"""Lifts, cellars, trains: the connection goes and comes back, and the page shows what has become of things."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browsing import keep_open, was_kept_open

pytestmark = pytest.mark.browser

# What somebody else does meanwhile.
TAKE_ON = """
from django.apps import apps
from django.contrib.auth import get_user_model
ticket = apps.get_model("manutenzione", "Ticket").objects.get(number=%d)
ticket.triage(by=get_user_model().objects.get(username="demo.maintenance"))
"""


class Line:
    """A phone's line to the server, which a test cuts and mends."""

    def __init__(self, page):
        self._page, self._sockets, self._cut = page, [], False
        page.route_web_socket("**/ws/", self._opened)

    def _opened(self, socket) -> None:
        if self._cut:
            socket.close()
        else:
            socket.connect_to_server()
            self._sockets.append(socket)

    def cut(self) -> None:
        self._cut = True
        self._page.context.set_offline(True)
        while self._sockets:
            self._sockets.pop().close()

    def mend(self) -> None:
        self._cut = False
        self._page.context.set_offline(False)


@pytest.fixture
def submitted(visits) -> str:
    """Where the tenant's new report is."""
    return visits["manutenzione:receipt"][0]["path"].removesuffix("ricevuta/")


def _stands(page, state: str):
    return page.locator(f"#ticket .ticket-state--{state}")


def test_a_phone_without_a_network_catches_up_when_it_is_back(
    server, submitted, browser_context_for, page_at
):
    phone = browser_context_for("tenant", strict=False).new_page()
    line = Line(phone)
    phone.goto(submitted)
    expect(phone.locator("body[data-live-state=open]")).to_be_attached()
    keep_open(phone)
    before = phone.locator("#ticket .badge").first.inner_text()

    line.cut()
    desk = page_at(submitted, persona="maintenance", viewport="desktop")
    desk.locator("#step-triage button[type=submit]").click()
    expect(_stands(desk, "triaged")).to_be_visible()
    # It says that it waits for the connection, and shows what it last knew.
    expect(phone.locator("#connection")).to_be_visible()
    assert phone.locator("#ticket .badge").first.inner_text() == before

    line.mend()
    expect(_stands(phone, "triaged")).to_be_visible()
    expect(phone.locator("#connection")).to_be_hidden()
    assert was_kept_open(phone)


def test_a_server_that_dies_and_comes_back_leaves_nobody_behind(fresh_server, browser_context_for):
    """Power fails; what is committed before the pages are served again reaches those who kept theirs open."""
    number = fresh_server.rows("SELECT number FROM manutenzione_ticket WHERE state = 'submitted'")[0][0]
    desk = browser_context_for("maintenance", viewport="desktop", strict=False).new_page()
    desk.goto(f"/manutenzione/{number}/")
    expect(desk.locator("body[data-live-state=open]")).to_be_attached()
    keep_open(desk)

    fresh_server.kill()
    fresh_server.python(TAKE_ON % number)
    fresh_server.start()

    expect(_stands(desk, "triaged")).to_be_visible(timeout=60_000)
    assert was_kept_open(desk)


def test_nothing_private_stays_on_the_screen_of_whoever_signs_out_elsewhere(server, browser_context_for):
    context = browser_context_for("tenant3")
    page, other = context.new_page(), context.new_page()
    page.goto("/casa/")
    expect(page.locator("body[data-live-state=open]")).to_be_attached()

    other.goto("/account/logout/")
    other.locator("main form button[type=submit]").click()

    expect(page).to_have_url(re.compile(r"/account/login/\?next=/casa/"))


def test_what_somebody_is_writing_stays_when_the_page_moves_on(server, visits, page_at):
    """Two people work on one report; the one who writes loses neither words nor focus."""
    path = next(visit["path"] for visit in visits["manutenzione:ticket"] if visit["persona"] == "contractor")
    writer = page_at(path, persona="contractor", viewport="desktop")
    desk = page_at(path, persona="maintenance", viewport="desktop")
    writer.locator("#step-resolve").evaluate("(step) => { step.open = true }")
    note = writer.locator("#step-resolve textarea[name=note]")
    note.click()
    note.press_sequentially("Cambiata la")
    history = writer.locator("#ticket-history .timeline__item")
    before = history.count()

    desk.locator("#step-assign > summary").click()
    desk.locator("#step-assign textarea[name=note]").fill("Serve entro venerdì.")
    desk.locator("#step-assign button[type=submit]").click()

    expect(history).to_have_count(before + 1)
    writer.keyboard.type(" lampada")
    expect(note).to_be_focused()
    expect(note).to_have_value("Cambiata la lampada")
