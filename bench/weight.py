"""Bytes over the wire, as Chromium counts them: the first page of somebody new, and the next one."""

from __future__ import annotations

from collections.abc import Iterator

from tests.harness import VIEWPORTS
from tests.harness.scale import LIMITS, Scale
from tests.harness.server import PortalServer


def visits(
    browser, server: PortalServer, journeys: dict[str, tuple[str, list[str]]]
) -> Iterator[tuple[str, str]]:
    """Each journey is a persona ("" is a visitor) and its pages in order; one line for each page."""
    for name, (persona, paths) in journeys.items():
        context = browser.new_context(base_url=server.url, viewport=VIEWPORTS["phone"], locale="it-IT")
        if persona:
            cookies = server.sign_in(persona).cookies
            context.add_cookies([{"name": c.name, "value": c.value, "url": server.url} for c in cookies])
        tab = context.new_page()
        scale = Scale(tab)
        for number, path in enumerate(paths):
            visit = "first" if number == 0 else "later"
            scale.reset()
            tab.goto(path, wait_until="networkidle")
            verdict = "" if scale.bytes <= LIMITS[visit] else f", MORE THAN {LIMITS[visit] / 1000:.0f} kB"
            photos = f" and {scale.photos / 1000:.1f} kB of photos" if scale.photos else ""
            yield (
                f"{name}, {visit} visit {path}",
                (f"{scale.bytes / 1000:6.1f} kB in {scale.requests} requests{photos}{verdict}"),
            )
        context.close()
