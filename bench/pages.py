"""Pages against a bare Django view of the same size; queries with 10 and with 1,000 tickets."""

from __future__ import annotations

from collections.abc import Iterator

from tests.harness import templates
from tests.harness.server import PortalServer

from .timing import Asker, take_turns

FEW, MANY = 10, 1_000


def compared(bare: str, url: str, cookies: str = "") -> str:
    """One line: how many times as long as the bare view of its size the page takes."""
    page = Asker(url, cookies=cookies)
    yardstick = Asker(f"{bare}/{page.size}/")
    ours, theirs = take_turns(page, yardstick)
    return (
        f"{ours.median / theirs.median:6.1f} × bare   (p95 {ours.p95 / theirs.p95:.1f} ×; "
        f"{page.size / 1000:.0f} kB of HTML, {ours.median * 1000:.1f} ms against {theirs.median * 1000:.1f} ms)"
    )


def public(server: PortalServer, bare: str) -> Iterator[tuple[str, str]]:
    guide = server.python(
        "from portal.pages.models import GuidePage\n"
        "print(GuidePage.objects.live().filter(locale__language_code='it').order_by('pk').first().get_url())"
    ).strip()
    yield "public home / (kept)", compared(bare, f"{server.url}/")
    yield f"guide {guide} (kept)", compared(bare, f"{server.url}{guide}")


def private(bare: str) -> Iterator[tuple[str, str]]:
    """The tenant's own pages, in a building with few and with many tickets."""
    queries: dict[str, list[int]] = {}
    for tickets in (FEW, MANY):
        with templates.copied("empty") as copy:
            server = PortalServer(copy)
            counted = server.python(f"from bench.tickets import build; build({tickets})")
            server.start()
            try:
                session = server.sign_in("tenant")
                cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
                for line in counted.splitlines():
                    path, count = line.split()
                    queries.setdefault(path, []).append(int(count))
                    yield f"{path} with {tickets:,} tickets", compared(bare, f"{server.url}{path}", cookies)
            finally:
                server.stop()
    for path, (few, many) in queries.items():
        verdict = "the same" if few == many else "NOT the same"
        yield f"queries of {path}", f"{few} with {FEW} tickets, {many} with {MANY:,}: {verdict}"
