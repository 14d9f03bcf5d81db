"""What every answer carries, and what none of our pages contains: a script or a style of its own."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from .pages import VISITOR, address, pages
from .routes import ROUTES

pytestmark = pytest.mark.once

CARRIED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
}
# Answers besides our pages.
OTHERS = {
    "a missing page": "/nothing/here/",
    "a missing page in Arabic": "/ar/nothing/here/",
    "a redirect to sign in": "/casa/",
    "a redirect to the slash": "/casa",
    "a file that is not there": "/static/nothing.css",
    "the state of the portal": "/healthz",
}


def missing_headers(answer) -> list[str]:
    wrong = [
        f"{name}: {answer.headers.get(name)}"
        for name, value in CARRIED.items()
        if answer.headers.get(name) != value
    ]
    policy = directives(answer.headers.get("Content-Security-Policy", ""))
    if policy.get("default-src") not in (["'self'"], ["'none'"]):
        wrong.append(f"default-src: {policy.get('default-src')}")
    sources = {source for name, values in policy.items() for source in values}
    if loose := sources & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"}:
        wrong.append(f"the policy allows {', '.join(sorted(loose))}")
    if any(source.startswith("'nonce-") for source in sources):
        wrong.append("the policy has a nonce: there should be nothing inline to need one")
    return wrong


def directives(policy: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in policy.split(";") if part.strip())}


def test_every_page_carries_the_headers(world):
    wrong = {
        f"{name} for {persona or 'a visitor'}": found
        for name, persona, path in pages(world)
        # Wagtail's editor writes styles and scripts into its pages; its policy allows them below this path only.
        if not path.startswith("/admin/")
        if (found := missing_headers(world.ask(persona, "get", path)))
    }
    assert wrong == {}


@pytest.mark.parametrize("path", OTHERS.values(), ids=OTHERS.keys())
def test_every_other_answer_carries_them_too(world, path):
    assert missing_headers(world.ask(VISITOR, "get", path)) == []


def test_a_static_file_carries_them_too(world, settings, tmp_path):
    (tmp_path / "site.css").write_text("main { color: inherit }")
    settings.STATIC_ROOT = tmp_path

    answer = Client().get("/static/site.css")

    assert answer.status_code == 200
    assert missing_headers(answer) == []


def test_a_refused_form_carries_them_too(world):
    answer = Client(enforce_csrf_checks=True).post("/account/login/")

    assert answer.status_code == 403
    assert missing_headers(answer) == []


# -- what a browser, and whatever stands between, may keep ------------------------------------------------------------

# Photos are looked at again and again on a slow line: kept by the person's own browser, which asks each time.
KEPT_BY_THE_BROWSER = ("photo", "photo_small", "voice_note")
# For machines: they do not look who asks.
FEEDS = ("portal:news_atom", "portal:news_rss", "portal:calls_atom", "portal:calls_rss")
SAME_FOR_ALL = (
    *(name for name in ROUTES if name.startswith("hsds:")),
    "portal:suggestions",
    "healthz", "portal:manifest", "portal_robots", "portal_sitemap", "service_worker", *FEEDS,
)  # fmt: skip


def cache_control(answer) -> set[str]:
    return {part.strip() for part in answer.headers.get("Cache-Control", "").split(",")}


def test_what_is_for_somebody_alone_is_stored_nowhere(world):
    """On a computer that many use, "back" shows nothing of who sat there before."""
    wrong = {}
    for name, persona, path in pages(world, all_personas=True):
        private = ROUTES[name].visitor != 200
        if persona is VISITOR or not private:
            continue
        # What is told in confidence stays in no browser, either.
        is_kept = name in KEPT_BY_THE_BROWSER and not any(
            str(photo.pk) in path for photo in (world.rooms_photo, world.opened_photo)
        )
        wanted = {"private", "no-cache"} if is_kept else {"private", "no-store"}
        answer = world.ask(persona, "get", path)
        if not wanted <= cache_control(answer):
            wrong[f"{name} for {persona}"] = answer.headers.get("Cache-Control")
    assert wrong == {}


def test_a_public_page_with_somebodys_menu_is_kept_by_nobody_elses_cache(world):
    wrong = {}
    for name, _persona, path in pages(world):
        if ROUTES[name].visitor != 200 or name in SAME_FOR_ALL:
            continue
        for who in (VISITOR, "tenant"):
            answer = world.ask(who, "get", path)
            apart = "Cookie" in answer.headers.get("Vary", "") or "no-store" in cache_control(answer)
            if not apart or (who and "private" not in cache_control(answer)):
                wrong[f"{name} for {who or 'a visitor'}"] = answer.headers.get("Cache-Control")
    assert wrong == {}


def test_the_pages_of_the_door_are_stored_nowhere(world):
    """The address of a link that opens an account, a code that was typed: none of it stays."""
    for name in ROUTES:
        if name.startswith("account_"):
            (thing,) = ROUTES[name].things
            answer = world.ask(VISITOR, "get", address(name, thing.arguments(world)))
            assert "no-store" in cache_control(answer), name


class Inline(HTMLParser):
    """What a strict policy would refuse: a script or style in the page, in an attribute, or in an address."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        # Data for a script is not a script.
        if (
            tag == "script"
            and "src" not in values
            and values.get("type") not in ("application/json", "application/ld+json", "speculationrules")
        ):
            self.found.append(f"<script> in line {self.getpos()[0]}")
        if tag == "style":
            self.found.append(f"<style> in line {self.getpos()[0]}")
        for name, value in attributes:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{name}= on <{tag}>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"javascript: on <{tag}>")

    handle_startendtag = handle_starttag


def test_the_reader_of_pages_sees_what_is_inline():
    html = """<script>1</script><script src="a.js"></script><style></style><p style="x" onclick="y">
    <a href=" javascript:z">
    <script type="application/json">{}</script><br style="x"/>"""

    assert len(Inline(html).found) == 6


def test_no_page_has_a_script_or_a_style_of_its_own(world):
    wrong = {}
    for name, persona, path in pages(world, all_personas=True):
        answer = world.ask(persona, "get", path)
        if path.startswith("/admin/"):
            continue
        if answer.headers["Content-Type"].startswith("text/html") and (
            found := Inline(answer.content.decode()).found
        ):
            wrong[f"{name} for {persona or 'a visitor'}"] = found
    assert wrong == {}


def test_no_error_page_has_one_either(world):
    assert Inline(world.ask(VISITOR, "get", "/nothing/here/").content.decode()).found == []
