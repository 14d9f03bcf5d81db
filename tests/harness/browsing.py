"""pytest: a real server, and Chromium looking at it as a persona, in a language, on a phone or a desktop."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import ROOT, VIEWPORTS, arriving, chromium
from .server import PortalServer, serving

PICTURES = ROOT / "var" / "test" / "screenshots"
# Milliseconds that a page may take until it shows what is expected: two cores may be busy with other tests.
PATIENCE = 15_000
# Addresses that exist once, whatever the language.
WITHOUT_LANGUAGE = ("/admin/", "/ws/", "/healthz", "/demo/", "/photos/", "/static/")
LOCALES = {"it": "it-IT", "en": "en-GB", "ar": "ar-EG"}


def pytest_collection_modifyitems(config, items):
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if not wanted:
        return
    if chromium.find() is None:
        reason = "no Chromium on the PATH (install it, or name it in CHROMIUM)"
        for item in wanted:
            item.add_marker(pytest.mark.skip(reason=reason))
    # Playwright's loop runs in this thread, and Django takes it for an async context.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    arriving.teach()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium.find(), "args": arguments}


@pytest.fixture(scope="session")
def server() -> Iterator[PortalServer]:
    """The demo behind a real server, one for the whole run: for tests that look, or that add what disturbs nobody."""
    with serving() as running:
        yield running


@pytest.fixture
def fresh_server() -> Iterator[PortalServer]:
    """The demo behind a server of the test's own: for tests that change what others count on, or kill it."""
    with serving() as running:
        yield running


@pytest.fixture
def browser_context_for(browser, request) -> Iterator[Callable]:
    """As `contexts()` says; each test has its own."""
    with contexts(browser, lambda: _server_of(request)) as open_context:
        yield open_context


@contextmanager
def contexts(browser, default_server: Callable[[], PortalServer]) -> Iterator[Callable]:
    """`browser_context_for("tenant", language="it", viewport="phone")`: a browser of that person's own.

    persona None is a visitor. server: another PortalServer than the session's. javascript=False switches scripts off.
    Whatever the browser's console calls an error fails the test: a script that throws, a file that is missing, what the
    content security policy refuses. Tests that break things on purpose pass strict=False and may read `context.errors`.
    """
    opened = []

    def open_context(
        persona: str | None = None,
        language: str = "it",
        viewport: str = "phone",
        server: PortalServer | None = None,
        javascript: bool = True,
        strict: bool = True,
        **options,
    ):
        server = server or default_server()
        context = browser.new_context(
            base_url=server.url,
            viewport=VIEWPORTS[viewport],
            has_touch=viewport == "phone",
            is_mobile=viewport == "phone",
            locale=LOCALES.get(language, language),
            timezone_id="Europe/Rome",
            reduced_motion="reduce",
            java_script_enabled=javascript,
            **options,
        )
        context.set_default_timeout(PATIENCE)
        arriving.watch(context)
        context.errors = []
        context.on("weberror", lambda error: context.errors.append(str(error.error)))
        context.on("console", lambda message: _note_error(context.errors, message))
        if persona:
            session = server.sign_in(persona)
            context.add_cookies(
                [{"name": c.name, "value": c.value, "url": server.url} for c in session.cookies]
            )
        context.server = server
        context.language = language
        opened.append((context, strict))
        return context

    yield open_context
    errors = [error for context, strict in opened if strict for error in context.errors]
    for context, _ in opened:
        context.close()
    assert not errors, "the browser reports: " + "; ".join(errors)


@pytest.fixture
def page_at(browser_context_for) -> Callable:
    """`page_at("/casa/", persona="tenant", language="ar")`: a page, opened and loaded, in a browser of its own.

    The path is the Italian one; the language's prefix is put before it. Other arguments as browser_context_for.
    """

    def open_page(path: str, persona: str | None = None, language: str = "it", **options):
        context = browser_context_for(persona, language=language, **options)
        page = context.new_page()
        page.goto(address(path, language))
        return page

    return open_page


@pytest.fixture
def screenshot(request) -> Callable:
    """`screenshot(page, "casa-it-phone")`: a picture in var/test/screenshots/; returns its path."""

    def take(page, name: str, full_page: bool = True) -> Path:
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        size = page.viewport_size
        if full_page:
            # A screen as long as the page: what is fixed stays at its foot, and pictures further down are loaded.
            # A page that is just coming has no element yet.
            height = page.wait_for_function("() => document.documentElement?.scrollHeight").json_value()
            page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
        page.wait_for_function("() => [...document.images].every((image) => image.complete)")
        page.screenshot(path=path)
        page.set_viewport_size(size)
        return path

    return take


@pytest.fixture(scope="session")
def axe() -> Callable:
    """`axe(page)`: what axe finds against WCAG 2.2 AA and its own best practices; a list of readable lines.

    `only=["color-contrast"]` asks for some rules.
    """
    import axe_playwright_python

    source = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()

    def check(page, only: list[str] | None = None) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        options = {"resultTypes": ["violations"], **({"runOnly": only} if only else {})}
        found = page.evaluate("options => axe.run(options).then(({violations}) => violations)", options)
        return [
            f"{rule['id']} ({rule['impact']}): {rule['help']} — {node['target']} {node['html'][:200]}"
            for rule in found
            for node in rule["nodes"]
        ]

    return check


def address(path: str, language: str = "it") -> str:
    """The path as it reads in that language: Italian has no prefix, nor has what exists once for all languages."""
    if language == "it" or path.startswith(WITHOUT_LANGUAGE):
        return path
    return f"/{language}{path}"


def keep_open(page) -> None:
    """From here on the page is not loaded again; `was_kept_open` tells."""
    page.evaluate("window.keptOpen = true")


def was_kept_open(page) -> bool:
    return page.evaluate("window.keptOpen === true")


def _server_of(request) -> PortalServer:
    wanted = "fresh_server" if "fresh_server" in request.fixturenames else "server"
    return request.getfixturevalue(wanted)


def _note_error(errors: list[str], message) -> None:
    address = message.location["url"]
    # A refused form is a page with a status, and the console mentions every such page.
    of_the_page = message.page and address == message.page.url and message.text.startswith("Failed to load")
    if message.type == "error" and not of_the_page:
        errors.append(f"{message.text} ({address})")
