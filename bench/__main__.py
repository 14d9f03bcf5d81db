"""`make bench`: prints ratios of one run; no figure here is a test."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from playwright.sync_api import sync_playwright

from tests.harness import chromium
from tests.harness.server import serving

from . import bare, live, pages, sign_ins, weight

JOURNEYS = {
    "visitor": ("", ["/", "/cerca/?q=casa"]),
    "tenant": ("tenant2", ["/casa/", "/manutenzione/", "/notifiche/"]),
    "operator": ("maintenance", ["/casa/oggi/", "/manutenzione/lavoro/"]),
}


def show(title: str, lines: Iterable[tuple[str, str]]) -> None:
    print(f"\n{title}", flush=True)
    for name, figure in lines:
        print(f"  {name:44} {figure}", flush=True)


def main() -> int:
    path, why_not = chromium.find_or_install()
    with serving() as server, bare.serving() as yardstick:
        show(
            "Pages, against a bare Django view of the same size under the same server",
            pages.public(server, yardstick),
        )
        show("A tenant's pages, likewise, and their queries", pages.private(yardstick))
        show("Other pages while thirty people sign in again and again", sign_ins.others_meanwhile(server))
        if path is None:
            print(f"\nWithout a browser ({why_not}): no live updates, no weights.")
            return 1
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            show("From an operator's click to the tenant's screen", live.updates(browser, server, yardstick))
            show("Weight of a visit", weight.visits(browser, server, JOURNEYS))
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
