"""What a page weighs: bytes over the wire, as Chromium counts them."""

from __future__ import annotations

LIMITS = {"first": 60_000, "later": 20_000}  # bytes of a visit without photos (DESIGN: for cheap phones)
PHOTOS = ("image/jpeg", "image/webp", "image/png", "image/avif")


class Scale:
    """Adds up what the network brings to a page, headers included; photos apart. `reset()` before each visit."""

    def __init__(self, page):
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.on("Network.responseReceived", self._seen)
        protocol.on("Network.loadingFinished", self._weigh)
        self.reset()

    def reset(self) -> None:
        self.bytes = self.photos = self.requests = 0
        self.files: dict[str, int] = {}
        self._addresses: dict[str, str] = {}
        self._pictures: set[str] = set()

    def _seen(self, event) -> None:
        self._addresses[event["requestId"]] = event["response"]["url"]
        if event["response"]["mimeType"] in PHOTOS:
            self._pictures.add(event["requestId"])

    def _weigh(self, event) -> None:
        size = int(event["encodedDataLength"])
        if event["requestId"] in self._pictures:
            self.photos += size
        elif size:
            self.bytes += size
            self.requests += 1
            self.files[self._addresses.get(event["requestId"], "?")] = size
