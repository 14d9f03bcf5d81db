"""`make bench`: prints ratios of one run; no figure here is a test. `make bench ONLY=guides` measures one part."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

from playwright.sync_api import sync_playwright

from tests.harness import chromium
from tests.harness.server import PortalServer, serving

from . import bare, guides, live, neighbourhood, pages, savings, sign_ins, sockets, weight

JOURNEYS = {
    "visitor": ("", ["/", "/cerca/?q=casa"]),
    "tenant": ("tenant2", ["/casa/", "/manutenzione/", "/notifiche/"]),
    "operator": ("maintenance", ["/casa/oggi/", "/manutenzione/lavoro/"]),
}


def show(title: str, lines: Iterable[tuple[str, str]]) -> None:
    print(f"\n{title}", flush=True)
    for name, figure in lines:
        print(f"  {name:44} {figure}", flush=True)


PARTS = {
    "private": "A tenant's pages, against a bare Django view of the same size under the same server, and their queries",
    "guides": f"Guides and search for strangers in two portals of {guides.FEW} and {guides.MANY:,} pages, likewise",
    "neighbourhood": f"A neighbour's pages with {neighbourhood.FEW} and {neighbourhood.MANY:,} of everything, likewise",
    "savings": f"Savings, in books of {savings.FEW:,} and {savings.MANY:,} postings (PostgreSQL)",
    "pages": "Public pages of the demo, likewise",
    "sign_ins": "Other pages while thirty people sign in again and again",
    "sockets": f"{sockets.SOCKETS:,} open sockets in rooms of {sockets.IN_A_ROOM}, against a bare echo",
    "live": "From an operator's click to the tenant's screen",
    "weight": "Weight of a visit",
}
IN_A_BROWSER = {"live", "weight"}
OF_THE_DEMO = {"pages", "sign_ins"} | IN_A_BROWSER


def main(only: list[str]) -> int:
    if unknown := set(only) - set(PARTS):
        raise SystemExit(f"no such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}")
    wanted = [part for part in PARTS if part in only or not only]
    began = time.monotonic()
    missing = False
    with bare.serving() as yardstick:
        for part, measure in {
            "private": pages.private,
            "guides": guides.measured,
            "neighbourhood": neighbourhood.measured,
            "savings": savings.measured,
            "sockets": sockets.measured,
        }.items():
            if part in wanted:
                show(PARTS[part], measure(yardstick))
        if OF_THE_DEMO.intersection(wanted):
            with serving() as server:
                if "pages" in wanted:
                    show(PARTS["pages"], pages.public(server, yardstick))
                if "sign_ins" in wanted:
                    show(PARTS["sign_ins"], sign_ins.others_meanwhile(server))
                missing = not in_a_browser(IN_A_BROWSER.intersection(wanted), server, yardstick)
    print(f"\nMeasured in {(time.monotonic() - began) / 60:.1f} minutes.")
    return int(missing)


def in_a_browser(wanted: set[str], server: PortalServer, yardstick: str) -> bool:
    """Whether what needs a browser could be measured."""
    if not wanted:
        return True
    path, why_not = chromium.find_or_install()
    if path is None:
        print(f"\nWithout a browser ({why_not}): no live updates, no weights.")
        return False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        if "live" in wanted:
            show(PARTS["live"], live.updates(browser, server, yardstick))
        if "weight" in wanted:
            show(PARTS["weight"], weight.visits(browser, server, JOURNEYS))
        browser.close()
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
