"""Bytes over the wire, as Chromium counts them: the first page of somebody new, and the next one."""

from __future__ import annotations

from collections.abc import Iterator

from tests.harness import VIEWPORTS
from tests.harness.server import PortalServer

LIMITS = {"first": 60_000, "later": 20_000}  # bytes, without photos (docs/architecture.md)


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
        scale = _Scale(context.new_cdp_session(tab))
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


class _Scale:
    """Adds up what the network brought, headers included; photos apart."""

    def __init__(self, protocol):
        protocol.send("Network.enable")
        protocol.on("Network.responseReceived", self._seen)
        protocol.on("Network.loadingFinished", self._weigh)
        self.reset()

    def reset(self) -> None:
        self.bytes = self.photos = self.requests = 0
        self.pictures: set[str] = set()

    def _seen(self, event) -> None:
        if event["response"]["mimeType"] in ("image/jpeg", "image/webp", "image/png", "image/avif"):
            self.pictures.add(event["requestId"])

    def _weigh(self, event) -> None:
        size = int(event["encodedDataLength"])
        if event["requestId"] in self.pictures:
            self.photos += size
        elif size:
            self.bytes += size
            self.requests += 1
