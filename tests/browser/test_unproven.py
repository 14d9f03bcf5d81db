"""A conversation told in confidence that stands open when the fresh sign-in has run out: it says so, nothing that is
being typed goes, and it goes on by itself once somebody has proved who they are."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SCRIPT = Path("community/static/community/conversation.js")
CLIENT_ID = "11111111-1111-1111-1111-111111111111"
PAGE = f"""<!doctype html><meta charset="utf-8"><main>
<ol id="said" data-live-own data-follow="/follow" data-read="/read" data-after="1" data-version="1">
<li id="w1" data-number="1">Uno</li></ol>
<form method="post" id="composer" action="/room" data-closed="Chiusa" data-sending="…" data-sent="Inviato"
data-waiting="…">
<input type="hidden" name="csrfmiddlewaretoken" value="x"><input type="hidden" name="client_id" value="{CLIENT_ID}">
<textarea name="text"></textarea><button type="submit">Invia</button>
<p data-state role="status"></p><div role="status"><p hidden data-unproven>Conferma chi sei</p></div>
</form></main><script src="/conversation.js" type="module"></script>"""
TYPED = "Quello che sto scrivendo"


class Portal:
    """What the script asks for; a fresh sign-in may have run out."""

    def __init__(self):
        self.is_proved, self.sent = False, 0

    def __call__(self, route):
        asked = route.request
        self.sent += asked.method == "POST" and asked.url.endswith("/room")
        if asked.url.endswith("/conversation.js"):
            route.fulfill(body=SCRIPT.read_text(), content_type="text/javascript")
        elif asked.method == "GET" and asked.url.endswith("/room"):
            route.fulfill(body=PAGE, content_type="text/html")
        elif not self.is_proved:
            route.fulfill(status=403, headers={"X-Prove-First": "1"}, body="<p>Conferma chi sei</p>")
        elif "/follow" in asked.url:
            said = '<li id="w2" data-number="2">Due</li>'
            body = f'<ol data-after="2" data-version="2" data-client-id="{CLIENT_ID}">{said}</ol>'
            route.fulfill(body=body, content_type="text/html")
        else:
            route.fulfill(status=204)


def test_what_is_being_typed_stays_and_the_room_goes_on_once_it_is_proved(browser):
    page, portal = browser.new_page(), Portal()
    page.route("**/*", portal)
    page.goto("http://portal.example/room")
    line, typed = page.locator("[data-unproven]"), page.locator("textarea")
    typed.fill(TYPED)

    page.locator("#said").dispatch_event("live:moved")

    expect(line).to_be_visible()
    expect(typed).to_have_value(TYPED)
    expect(page.locator("#w1")).to_have_count(1)

    page.locator(
        "button"
    ).click()  # with something wrong in it: it is not said before they have proved who they are

    expect(page.locator("#composer:not([data-under-way])")).to_have_count(1)
    expect(typed).to_have_value(TYPED)
    expect(typed).to_be_editable()
    assert (portal.sent, page.url) == (1, "http://portal.example/room")

    portal.is_proved = True
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # back from the page that asked

    expect(line).to_be_hidden()
    expect(page.locator("#w2")).to_have_text("Due")
    expect(typed).to_have_value(TYPED)
    page.close()
