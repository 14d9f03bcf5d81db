"""What is told in confidence, on a page that stands open when it is somebody's no more, or their sign-in is too old."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SCRIPTS = {
    "/live.js": Path("portal/static/portal/live.js"),
    "/quick_exit.js": Path("community/static/community/quick_exit.js"),
    "/conversation.js": Path("community/static/community/conversation.js"),
}
TOPIC = "community.mediation:1"
CASE = f"""<!doctype html><meta charset="utf-8"><body><main>
<div id="mediation" data-live="{TOPIC}" data-live-seen="1" data-live-url="/case" data-live-closes><p>In confidenza</p>
<section><p>Accanto</p><form action="/say"><textarea name="text"></textarea></form></section></div>
</main><script src="/live.js" type="module"></script>"""
ELSEWHERE = "<p>Altro</p>"
TYPED = "Quello che sto scrivendo"


class Portal:
    """What the scripts ask for. `pages`: what an address answers."""

    def __init__(self, page, **pages):
        self.pages, self.page = pages, page
        page.route("**/*", self._answer)
        page.route_web_socket("**/ws/", lambda socket: setattr(self, "socket", socket))

    def say(self, **hint):
        self.socket.send(json.dumps(hint))

    def _answer(self, route):
        path = "/" + route.request.url.split("/", 3)[3].split("?")[0]
        if path in SCRIPTS:
            route.fulfill(body=SCRIPTS[path].read_text(), content_type="text/javascript")
        else:
            route.fulfill(
                **{
                    "content_type": "text/html",
                    **self.pages.get(path.strip("/"), {"status": 404, "body": ELSEWHERE}),
                }
            )


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def open_case(page):
    portal = Portal(page, case={"body": CASE})
    page.goto("http://portal.example/case")
    expect(page.locator("body[data-live-state=open]")).to_have_count(1)
    return portal


MISSING = {"status": 404, "body": ELSEWHERE}
LED_AWAY = "window.fetch = async () => ({ status: 200, ok: true, redirected: true })"  # to a fresh sign-in


@pytest.mark.parametrize("hint", [{"topic": TOPIC, "event": 2}, {"refused": TOPIC}])
@pytest.mark.parametrize("is_led_away", [False, True])
def test_it_leaves_the_screen(page, open_case, hint, is_led_away):
    open_case.pages["case"] = MISSING
    if is_led_away:
        page.evaluate(LED_AWAY)

    open_case.say(**hint)

    expect(page.locator("body")).to_have_text("Altro")


def test_what_somebody_types_stays_and_nothing_beside_it(page, open_case):
    page.locator("textarea").fill(TYPED)
    open_case.pages["case"] = MISSING

    open_case.say(refused=TOPIC)

    expect(page.locator("#mediation p")).to_have_count(0)
    expect(page.locator("textarea")).to_have_value(TYPED)


def test_refused_and_still_there_it_stays(page, open_case):
    open_case.pages["case"] = {"body": CASE.replace("In confidenza", "Chiusa")}

    open_case.say(refused=TOPIC)

    expect(page.locator("#mediation > p")).to_have_text("Chiusa")


def test_links_of_a_page_with_the_way_out_leave_no_page_behind_back(page):
    leads = """<main><a id="on" href="/two">Avanti</a><a data-quick-exit href="/neutral">Esci</a></main>
    <script src="/quick_exit.js" type="module"></script>"""
    Portal(
        page,
        home={"body": "<h1>Casa</h1><a href='/one'>Mediazione</a>"},
        one={"body": leads},
        two={"body": leads},
    )
    page.goto("http://portal.example/home")
    page.locator("a").click()
    page.wait_for_load_state()
    page.locator("#on").click()
    expect(page).to_have_url("http://portal.example/two")

    page.go_back()

    expect(page.locator("h1")).to_have_text("Casa")


def test_a_question_in_an_open_room_is_not_asked_anew_with_each_word(page):
    word = """<li id="w1" data-number="1">Uno<form><input type="hidden" name="csrfmiddlewaretoken" value="{}">
    <button>No</button></form></li>"""
    log = f"""<main><ol id="said" data-live-own data-follow="/follow" data-read="/read" data-after="1"
    data-version="1">{word.format("a")}</ol></main><script src="/conversation.js" type="module"></script>"""
    news = (
        f"""<ol data-after="2" data-version="2">{word.format("b")}<li id="w2" data-number="2">Due</li></ol>"""
    )
    Portal(page, room={"body": log}, follow={"body": news}, read={"status": 204})
    page.goto("http://portal.example/room")
    page.locator("#w1 button").focus()

    page.locator("#said").dispatch_event("live:moved")

    expect(page.locator("#w2")).to_have_count(1)
    expect(page.locator("#w1 button")).to_be_focused()
