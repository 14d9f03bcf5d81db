"""The harness keeps its word: a click has ended when the page it leads to is there, as slowly as it may come."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HERE = b"<a href='/there/'>Link</a><form action='/there/'><input name=q><button>Send</button></form>"
# The browser turns to a page with its first bytes: from there on, for a while, nothing stands on it.
BEGINNING, REST = b"<!doctype html>", b"<title>There</title><h1>There</h1>"


class _Slow(BaseHTTPRequestHandler):
    def do_GET(self):
        paper = self.path.startswith("/paper/")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        if paper:
            self.send_header("Content-Disposition", "attachment; filename=paper.txt")
        self.end_headers()
        if not self.path.startswith("/there/"):
            self.wfile.write(b"paper" if paper else HERE)
            return
        time.sleep(0.3)
        self.wfile.write(BEGINNING)
        self.wfile.flush()
        time.sleep(0.7)
        self.wfile.write(REST)

    def log_message(self, *args):
        """Nobody reads it."""


@contextmanager
def _slow_server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def phone(browser_context_for):
    page = browser_context_for(None, strict=False).new_page()
    with _slow_server() as address:
        page.goto(address)
        yield page


@pytest.mark.parametrize(
    "leave",
    [
        lambda page: page.locator("a").click(),
        lambda page: page.locator("button").click(),
        lambda page: page.locator("input").press("Enter"),
    ],
    ids=["link", "button", "enter"],
)
def test_what_is_looked_at_after_a_click_is_the_page_it_leads_to(phone, leave):
    leave(phone)
    assert phone.locator("h1").count() == 1
    assert phone.title() == "There"


def test_a_click_that_leads_nowhere_ends_at_once(phone):
    phone.evaluate(
        "document.querySelector('form').addEventListener('submit', (event) => event.preventDefault())"
    )
    phone.locator("button").click()
    expect(phone.locator("a")).to_be_visible()


def test_a_download_takes_no_page_away(phone):
    phone.evaluate("document.querySelector('a').href = '/paper/'")
    with phone.expect_download():
        phone.locator("a").click()
    assert phone.locator("button").count() == 1
