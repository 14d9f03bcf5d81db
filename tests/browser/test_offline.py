"""No connection: what was seen last and whom to call are on the phone, and nothing else of anybody."""

import re
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

pytestmark = pytest.mark.browser

# Seconds that the worker may take to fetch what it keeps: it lets the page go first.
LATE = 30.0
SHELVES = """async () => {
    const held = {};
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys())
            held[`${name} ${request.url.slice(location.origin.length)}`] = await (await cache.match(request)).text();
    }
    return held;
}"""
HOLDS = """async (path) => {
    for (const name of await caches.keys()) if (name.startsWith("kept:"))
        for (const request of await (await caches.open(name)).keys())
            if (new URL(request.url).pathname + new URL(request.url).search === path) return true;
    return false;
}"""


def until(page, question: str, argument=None, within: float = LATE) -> None:
    """Ask the page again and again, until it says yes."""
    deadline = time.monotonic() + within
    while not page.evaluate(question, argument):
        assert time.monotonic() < deadline, f"in vain: {question} {argument}"
        page.wait_for_timeout(200)


def on_the_phone(page, *paths: str) -> None:
    """Wait until the phone keeps those pages."""
    for path in paths:
        until(page, HOLDS, path)


def gone(page, path: str, within: float = LATE) -> None:
    until(page, f"async (path) => !(await ({HOLDS})(path))", path, within)


def come_in(page, path: str = "/casa/") -> None:
    """As people do: from another page of the portal, so that the worker is brought."""
    page.goto("/" if not path.startswith("/ar") else "/ar/")
    page.evaluate("path => { location.href = path }", path)
    page.wait_for_url(f"**{path}")
    prefix = "/ar" if path.startswith("/ar") else ""
    on_the_phone(page, path, f"{prefix}/senza-rete/")


@pytest.fixture
def phone(browser_context_for):
    """A tenant's phone that has been at home."""

    def of(persona: str, language: str = "it"):
        page = browser_context_for(persona, language=language, strict=False).new_page()
        come_in(page, "/casa/" if language == "it" else f"/{language}/casa/")
        return page

    return of


def held(page) -> str:
    return "\n".join(f"{name}\n{text}" for name, text in page.evaluate(SHELVES).items())


def cut(page) -> None:
    page.context.set_offline(True)


@pytest.mark.parametrize("language", ["it", "ar"])
def test_my_home_is_there_as_it_was_last_seen(phone, faults, screenshot, language):
    page = phone("tenant", language)
    home = page.locator(".card--home h2").inner_text()

    cut(page)
    page.reload()

    expect(page.locator(".card--home h2")).to_have_text(home)
    seen = page.get_by_role("status")
    expect(seen).to_be_visible()
    assert re.search(r"\d{1,2} \w+.*\d\d:\d\d", seen.inner_text())
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    # Whom to call, and what to do.
    expect(page.locator(".calls a[href='tel:112']")).to_be_visible()
    page.locator("details summary").first.click()
    expect(page.locator("details li").first).to_be_visible()
    assert faults(page, language) == []
    screenshot(page, f"offline-casa-{language}-phone")


def test_a_page_that_is_not_kept_says_so_and_leads_to_those_that_are(phone, screenshot):
    page = phone("tenant")
    cut(page)

    page.goto("/manutenzione/")

    expect(page.locator("h1")).to_have_text("Nessuna connessione")
    expect(page.locator(".calls a[href='tel:112']")).to_be_visible()
    screenshot(page, "offline-it-phone")
    page.locator(".list a[href='/casa/']").click()
    expect(page.locator(".card--home h2")).to_be_visible()


def test_the_connection_comes_back(phone):
    page = phone("tenant")
    cut(page)
    page.reload()
    expect(page.get_by_role("status")).to_be_visible()

    page.context.set_offline(False)
    page.locator(".actions a").click()

    expect(page.locator("body[data-live-state=open]")).to_be_attached()


def test_steps_of_an_emergency_are_kept_and_the_form_is_not(phone):
    page = phone("tenant")
    for query in ("?danger=lift", "?danger=no"):
        page.goto(f"/manutenzione/segnala/{query}")
    on_the_phone(page, "/manutenzione/segnala/?danger=lift")
    cut(page)

    page.goto("/manutenzione/segnala/?danger=lift")
    expect(page.locator(".emergency__rules li").first).to_be_visible()
    assert page.locator(".calls").count() == 1, "the numbers stand once"
    page.goto("/manutenzione/segnala/?danger=no")
    expect(page.locator("textarea")).to_have_count(0)


def test_nothing_else_of_the_person_is_kept(phone):
    page = phone("tenant")
    for path in (
        "/notifiche/",
        "/account/",
        "/manutenzione/",
        "/cerca/?q=casa",
        "/risparmio/",
        "/mediazione/",
    ):
        page.goto(path)
    page.goto("/casa/")
    on_the_phone(page, "/casa/")

    kept = {name.split(" ", 1)[1] for name in page.evaluate(SHELVES) if name.startswith("kept:")}
    assert kept == {"/casa/", "/senza-rete/"}
    assert "csrf" not in held(page)
    assert "Samira" not in held(page), "neither her name, which stands in the greeting and the menu"


# -- whose phone it is ------------------------------------------------------------------------------------------------

EVERYTHING = """async () => ({
    caches: await caches.keys(),
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


def sign_out(page) -> None:
    with page.expect_navigation():
        page.evaluate("document.querySelector(\"form[action$='/account/logout/']\").requestSubmit()")


def test_signing_out_leaves_nothing_on_the_phone(phone):
    page = phone("tenant")
    page.evaluate("localStorage.setItem('draft:x:y', '{}'); sessionStorage.setItem('x', 'y')")
    page.evaluate("() => new Promise((done) => { indexedDB.open('drafts', 1).onsuccess = done; })")
    assert page.evaluate(EVERYTHING)["caches"]
    page.goto("/casa/")

    sign_out(page)

    left = page.evaluate(EVERYTHING)
    assert not [name for name in left["caches"] if name.startswith("kept:") and ":nobody:" not in name]
    assert left["local"] == []
    assert left["databases"] == []
    assert "Casa dei Tigli" not in held(page)
    cut(page)
    with suppress(Error):  # the browser's own page, where there is no worker yet
        page.goto("/casa/")
    assert page.locator(".card--home").count() == 0


def test_whoever_signs_out_arrives_although_the_page_hears_of_it_first(phone):
    page = phone("tenant")
    expect(page.locator("body[data-live-state=open]")).to_be_attached()

    def slowly(route):
        answer = route.fetch(max_redirects=0)
        page.wait_for_timeout(2000)  # the session is over, and the socket says so
        route.fulfill(response=answer)

    page.route("**/account/logout/", slowly)
    sign_out(page)

    expect(page).to_have_url(re.compile(r"//[^/]+/$"))


def test_a_session_ended_elsewhere_takes_the_kept_pages_with_it(fresh_server, browser_context_for):
    page = browser_context_for("tenant2", strict=False).new_page()
    come_in(page)
    assert "/casa/" in held(page)
    page.goto("about:blank")  # no page of ours is open, which would hear of it by itself
    fresh_server.python(
        "from django.contrib.auth import get_user_model as u; u().objects.get(username='demo.tenant2').end_sessions()"
    )

    page.goto("/notifiche/")  # leads to the door

    expect(page).to_have_url(re.compile("/account/login/"))
    gone(page, "/casa/")
    on_the_phone(page, "/senza-rete/")
    cut(page)
    page.goto("/casa/")
    assert page.locator(".card--home").count() == 0


def test_an_open_page_forgets_within_seconds_of_the_sessions_end(fresh_server, browser_context_for):
    page = browser_context_for("tenant3", strict=False).new_page()
    come_in(page)
    page.goto("/manutenzione/segnala/?danger=no")
    page.locator("textarea[name=text]").fill("Sto ancora scrivendo")  # so that the page stays
    expect(page.locator("body[data-live-state=open]")).to_be_attached()
    fresh_server.python(
        "from django.contrib.auth import get_user_model as u; u().objects.get(username='demo.tenant3').end_sessions()"
    )

    gone(page, "/casa/", within=8)
    expect(page.locator("textarea[name=text]")).to_have_value("Sto ancora scrivendo")


def test_whoever_signs_in_next_on_the_same_phone_finds_nothing_of_the_one_before(server, browser_context_for):
    context = browser_context_for("tenant", strict=False)
    page = context.new_page()
    come_in(page)
    other = server.sign_in("tenant3")

    context.clear_cookies()  # a browser that knows no Clear-Site-Data, and was closed without a word
    context.add_cookies([{"name": c.name, "value": c.value, "url": server.url} for c in other.cookies])
    page.goto("/notifiche/")
    gone(page, "/casa/")
    on_the_phone(page, "/senza-rete/")

    cut(page)
    page.goto("/casa/")
    assert page.locator(".card--home").count() == 0


def test_a_redirect_is_followed_by_the_browser_and_not_kept(phone):
    page = phone("tenant")
    page.goto("/casa")

    expect(page).to_have_url(re.compile("/casa/$"))
    assert not page.evaluate(HOLDS, "/casa")


# -- what it costs ----------------------------------------------------------------------------------------------------


def test_a_first_visit_brings_no_worker(page_at):
    page = page_at("/casa/", persona="tenant")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)  # longer than the script waits before it asks for one

    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0


def test_what_the_worker_fetches_is_little(phone):
    page = phone("tenant")
    (worker,) = page.context.service_workers
    fetched = worker.evaluate(
        "() => performance.getEntriesByType('resource').map(({ name, transferSize }) => [name, transferSize])"
    )

    assert sum(size for _, size in fetched) < 20_000, fetched
    assert not [
        name for name, size in fetched if "/static/" in name and size > 0 and name.endswith(".css")
    ], fetched


# -- news -------------------------------------------------------------------------------------------------------------


def deliver(page, payload: str) -> None:
    """As the push service would hand it to the browser."""
    protocol = page.context.new_cdp_session(page)
    seen = []
    protocol.on("ServiceWorker.workerRegistrationUpdated", lambda event: seen.extend(event["registrations"]))
    protocol.send("ServiceWorker.enable")
    page.wait_for_timeout(300)
    protocol.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": page.evaluate("location.origin"),
            "registrationId": seen[-1]["registrationId"],
            "data": payload,
        },
    )


# A browser without a window has no place for notifications: what the worker would show and open is noted instead.
NOTED = """() => {
    self.shown = [];
    self.opened = [];
    self.registration.showNotification = async (title, options) => { self.shown.push({ title, ...options }); };
    self.clients.openWindow = async (address) => { self.opened.push(address); };
}"""
CLICK = """(url) => {
    const event = new Event("notificationclick");
    let closed = false;
    event.notification = { data: { url }, close() { closed = true; } };
    event.waitUntil = () => {};
    self.dispatchEvent(event);
    return closed;
}"""


@pytest.fixture
def told(phone):
    """A tenant's phone that is told of news, and its worker."""
    page = phone("tenant")
    (worker,) = page.context.service_workers
    worker.evaluate(NOTED)
    return page, worker


def shown_by(page, worker) -> dict:
    deadline = time.monotonic() + LATE
    while not (shown := worker.evaluate("() => self.shown")):
        assert time.monotonic() < deadline, "nothing was shown"
        page.wait_for_timeout(200)
    return shown[-1]


def test_news_wakes_the_phone_and_a_tap_opens_it(told, server):
    page, worker = told
    deliver(
        page,
        '{"title": "Abitare", "body": "خبر", "lang": "ar", "dir": "rtl", "tag": "news-7", "url": "/ar/notifiche/7/"}',
    )

    shown = shown_by(page, worker)

    assert (shown["title"], shown["body"], shown["tag"]) == ("Abitare", "خبر", "news-7")
    assert (shown["lang"], shown["dir"], shown["data"]) == ("ar", "rtl", {"url": "/ar/notifiche/7/"})
    assert worker.evaluate(CLICK, "/ar/notifiche/7/")
    assert worker.evaluate("() => self.opened") == [f"{server.url}/ar/notifiche/7/"]


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_tap_leads_nowhere_but_here(told, address):
    _, worker = told
    worker.evaluate(CLICK, address)

    assert worker.evaluate("() => self.opened") == []


def test_what_is_not_ours_shows_the_name_and_nothing_else(told):
    page, worker = told
    deliver(page, "<b>not json")

    shown = shown_by(page, worker)

    assert (shown["title"], shown["body"], shown["data"]) == ("Abitare", "", {"url": "/"})


# -- having this phone told -------------------------------------------------------------------------------------------

# A browser without a window knows no push service: this one says where Google's would take messages.
PRETENDED = """
    Notification.requestPermission = async () => { window.asked = (window.asked ?? 0) + 1; return "granted"; };
    Object.defineProperty(Notification, "permission", { get: () => "default" });
    PushManager.prototype.getSubscription = async () => null;
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
        const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
        const point = await crypto.subtle.exportKey("raw", pair.publicKey);
        window.keyLength = applicationServerKey.length;
        return {
            endpoint: "https://fcm.googleapis.com/fcm/send/pretended",
            getKey: (name) => (name === "auth" ? new Uint8Array(16).buffer : point),
        };
    };
"""


@pytest.mark.parametrize("language", ["it", "ar"])
def test_a_person_has_this_phone_told_by_a_tap(
    fresh_server, browser_context_for, screenshot, faults, language
):
    context = browser_context_for("tenant", language=language)
    context.add_init_script(PRETENDED)
    page = context.new_page()
    page.goto(f"{'/ar' if language == 'ar' else ''}/account/avvisi/")
    button = page.locator("[data-push-ask]:visible")
    expect(button).to_be_visible()
    assert page.evaluate("window.asked") is None, "nobody is asked who has not tapped"
    assert faults(page, language) == []
    screenshot(page, f"avvisi-{language}-phone")

    button.click()

    expect(page.locator(".list li .badge")).to_be_visible()
    assert fresh_server.rows("SELECT count(*) FROM portal_pushsubscription") == [(1,)]
    screenshot(page, f"avvisi-told-{language}-phone")
    page.locator(".list li button").click()
    expect(page.locator(".list li .badge")).to_have_count(0)
    assert fresh_server.rows("SELECT count(*) FROM portal_pushsubscription") == [(0,)]


def test_without_scripts_it_says_why_it_cannot(page_at):
    page = page_at("/account/avvisi/", persona="tenant", javascript=False)

    expect(page.locator("[data-push]")).to_contain_text("script")
    expect(page.locator("[data-push-ask]:visible")).to_have_count(0)
