"""How tests of pages come in: as who they are, having just proved it, and with the reason that staff give."""

import re

from portal.testing.clients import Browser
from tests.portal.proof.browsers import step_up_now


def enter(person, *, fresh=True):
    """A browser with that person signed in; fresh: they have just proved who they are."""
    browser = Browser(raise_request_exception=True)
    browser.force_login(person)
    if fresh:
        step_up_now(browser)
    return browser


def say_why(browser, address):
    """Answer the question why, and come to the page."""
    return browser.post(address, {"why": "contract"}, follow=True)


def client_id_in(page):
    """The number that the page has drawn for its form."""
    return re.search(r'name="client_id" value="([0-9a-f-]{36})"', page.content.decode())[1]


def words(page):
    """What one reads, without marks and line breaks."""
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", page.content.decode(), flags=re.DOTALL)
    return " ".join(text.replace("\u2068", "").replace("\u2069", "").split())
