"""Public guides kept whole and drawn anew, and search, in a portal of 10 pages and in one of 10,000.

`build()` runs in `manage.py shell`, on the database of the server that is measured afterwards.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product

from tests.harness import templates
from tests.harness.server import PortalServer

from .timing import Asker, Pace, take_turns

FEW, MANY = 10, 10_000
SECTION = "/abitare/"
GUIDE = f"{SECTION}guida-0/"
# Which twenty of a list: each makes an entry of its own, on pages without a list too.
APART = range(1, 100)
SEARCHES = {
    "found in all": "guida",
    "found in some": "caldaia guasto",
    "a sentence": "dove trovo la chiave del solaio",
    "a slip": "caldaja",
    "found nowhere": "ornitorinco",
}


def build(count: int) -> None:
    """Fill an empty database with so many guides, and print a line for each address: its name and its queries.

    Raises RuntimeError where what is kept is not answered without a query.
    """
    from django.core.cache import caches
    from wagtail.models import Site

    from portal.pages.models import SectionPage
    from portal.ui.whole_pages import purge_pages
    from tests.harness.many_pages import build as guides

    for cache in caches.all():
        cache.clear()  # one that another database has filled, where there is Redis
    home = Site.objects.get(is_default_site=True).root_page
    section = SectionPage(title="Abitare", slug="abitare", locale=home.locale, show_in_menus=True)
    guides(count, home.add_child(instance=section))
    _asked(f"{GUIDE}?page=1")  # what a process looks up once
    purge_pages()
    counts = {
        "the first one after a change": _asked(GUIDE),
        "kept": _asked(GUIDE),
        "drawn": _asked(f"{GUIDE}?page=2"),
        "list": _asked(SECTION),
    }
    if counts["kept"]:
        raise RuntimeError(f"what is kept asks the database {counts['kept']} times")
    for name, words in SEARCHES.items():
        _asked(_search(words))
        counts[name] = _asked(_search(words))
    print(*(f"{asked} {name}" for name, asked in counts.items()), sep="\n")  # noqa: T201


def _asked(address: str) -> int:
    """How many queries the answer to a stranger takes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = Client(SERVER_NAME="localhost").get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return len(queries)


def _search(words: str) -> str:
    return f"/cerca/?q={words.replace(' ', '+')}"


def measured(bare: str) -> Iterator[tuple[str, str]]:
    """A line for each kind of answer; both portals and the bare view take turns, so that all meet the same machine."""
    with ExitStack() as stack:
        servers, counts = {}, {}
        for pages in (FEW, MANY):
            server = PortalServer(stack.enter_context(templates.copied("empty")))
            began = time.monotonic()
            said = server.python(f"from bench.guides import build; build({pages})")
            counts[pages] = {name: int(asked) for asked, name in map(_in_two, said.splitlines())}
            print(f"  … {pages:,} pages are there after {time.monotonic() - began:.0f} s", file=sys.stderr)
            stack.callback(server.stop)
            server.start()
            servers[pages] = server.url
        yield from _guide(servers, counts, bare)
        yield from _searches(servers, counts, bare)


def _in_two(line: str) -> list[str]:
    return line.split(" ", 1)


def _guide(servers, counts, bare) -> Iterator[tuple[str, str]]:
    # Each kind in turns of its own: whoever comes after a page that was drawn finds colder caches.
    kept = {(pages, "kept"): Asker(f"{url}{GUIDE}") for pages, url in servers.items()}
    size = kept[FEW, "kept"].size
    yield "a guide that is kept (hit)", _two(_in_turns(kept, bare, size), "kept", counts)
    drawn = {
        (pages, "drawn"): Asker(
            *(f"{url}{SECTION}guida-{number}/?page={page}" for number, page in product(range(FEW), APART))
        )
        for pages, url in servers.items()
    }
    yield "a guide drawn and kept (miss)", _two(_in_turns(drawn, bare, size), "drawn", counts)
    yield "queries of the first one after a change", _alike(counts, "the first one after a change")
    # A parameter that nobody knows: drawn, and not kept.
    listed = {(pages, "list"): Asker(f"{url}{SECTION}?anew=1") for pages, url in servers.items()}
    yield "a section's list, drawn", _two(_in_turns(listed, bare, listed[FEW, "list"].size), "list", counts)


def _searches(servers, counts, bare) -> Iterator[tuple[str, str]]:
    for name, words in SEARCHES.items():
        askers = {(pages, name): Asker(f"{url}{_search(words)}") for pages, url in servers.items()}
        yield f"search: {name}", _two(_in_turns(askers, bare, askers[MANY, name].size), name, counts)


def _in_turns(askers: dict, bare: str, size: int) -> dict:
    paces = take_turns(*askers.values(), Asker(f"{bare}/{size}/"))
    return dict(zip([*askers, "bare"], paces, strict=True))


def _two(paces: dict, kind: str, counts: dict) -> str:
    few, many, bare = paces[FEW, kind], paces[MANY, kind], paces["bare"]
    return (
        f"{_times(few, bare)} × bare with {FEW}, {_times(many, bare)} × with {MANY:,}; {_alike(counts, kind)}"
    )


def _times(ours: Pace, theirs: Pace) -> str:
    return f"{ours.median / theirs.median:.1f}"


def _alike(counts: dict, kind: str) -> str:
    few, many = counts[FEW][kind], counts[MANY][kind]
    return f"{few} queries" if few == many else f"{few} queries and {many}: NOT the same"
