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


def test_a_session_ended_elsewhere_takes_the_kept_pages_with_it(fresh_server, browser_context_for):
    page = browser_context_for("tenant2", strict=False).new_page()
    come_in(page)
    assert "/casa/" in held(page)
    page.goto("/account/password/reset/done/")  # nothing live is open there
    fresh_server.python(
        "from django.contrib.auth import get_user_model as u; u().objects.get(username='demo.tenant2').end_sessions()"
    )

    page.goto("/notifiche/")  # leads to the door

    expect(page).to_have_url(re.compile("/account/login/"))
    gone(page, "/casa/")
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


SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({ title, body, tag, data, lang, dir }) => ({ title, body, tag, url: data?.url, lang, dir }))"""


def test_news_wakes_the_phone_once(phone):
    page = phone("tenant", "ar")
    page.context.grant_permissions(["notifications"])
    news = '{"title": "Abitare", "body": "خبر", "lang": "ar", "dir": "rtl", "tag": "news-7", "url": "/ar/notifiche/7/"}'

    deliver(page, news)
    deliver(page, news)

    until(page, f"async () => (await ({SHOWN})()).length > 0")
    assert page.evaluate(SHOWN) == [
        {
            "title": "Abitare",
            "body": "خبر",
            "tag": "news-7",
            "url": "/ar/notifiche/7/",
            "lang": "ar",
            "dir": "rtl",
        }
    ]


def test_what_is_not_ours_shows_the_name_and_nothing_else(phone):
    page = phone("tenant")
    page.context.grant_permissions(["notifications"])

    deliver(page, "<b>not json")

    until(page, f"async () => (await ({SHOWN})()).length > 0")
    (shown,) = page.evaluate(SHOWN)
    assert (shown["title"], shown["body"], shown["url"]) == ("Abitare", "", "/")
