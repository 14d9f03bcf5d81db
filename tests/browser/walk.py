"""Which pages a browser looks at, so that everything that anybody is shown is seen. Runs on the server's database.

A page looks different to different people. Each address is asked for as every persona, and those are kept who are shown
other kinds of elements (tag, classes, role, …) than the others. Head and foot are the same on every page; they are
compared once, as a page of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from django.test.utils import override_settings, setup_test_environment

from tests.access.pages import pages
from tests.access.world import World

from .looks import LOOKS

FRAME = "head and foot"
# Drawings say nothing of a page's kind, and their classes are many.
DRAWN = {
    "svg",
    "path",
    "circle",
    "rect",
    "line",
    "polyline",
    "polygon",
    "ellipse",
    "g",
    "defs",
    "use",
    "text",
}
TELLING = ("role", "type", "aria-current", "aria-invalid", "open")


class _Kinds(HTMLParser):
    """The kinds of elements inside of <main>, and those around it."""

    def __init__(self):
        super().__init__()
        self.main: set[str] = set()
        self.frame: set[str] = set()
        self._here = self.frame

    def handle_starttag(self, tag, attributes):
        if tag == "main":
            self._here = self.main
        if tag not in DRAWN:
            given = dict(attributes)
            classes = sorted((given.get("class") or "").split())
            self._here.add(" ".join([tag, *classes, *(f"{n}={given[n]}" for n in TELLING if n in given)]))

    def handle_endtag(self, tag):
        if tag == "main":
            self._here = self.frame


@dataclass(frozen=True)
class Seen:
    persona: str | None
    path: str
    kinds: frozenset[str]
    templates: frozenset[str]


def walk() -> list[dict]:
    """name, persona and path of all that is worth looking at, and the templates that it is made of."""
    found = _by_name(World())
    frame = found.pop(FRAME)
    chosen = [(FRAME, seen) for seen in _fewest(frame)]
    for name, some in found.items():
        different = {seen.kinds: seen for seen in reversed(some)}
        chosen += [(name, seen) for seen in different.values()]
    return [
        {
            "name": name,
            "persona": seen.persona,
            "path": seen.path,
            "templates": sorted(seen.templates),
        }
        for name, seen in chosen
    ]


def _fewest(some: list[Seen]) -> Iterator[Seen]:
    """The fewest (nearly) who together are shown all that anybody is shown."""
    missing = set().union(*(seen.kinds for seen in some))
    while missing:
        best = max(some, key=lambda seen: len(seen.kinds & missing))
        missing -= best.kinds
        yield best


def _by_name(world: World) -> dict[str, list[Seen]]:
    found: dict[str, list[Seen]] = {FRAME: []}
    for name, persona, path in _everything(world):
        answer = world.ask(persona, "get", path)
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {path} answers {answer.status_code} to {persona or 'a visitor'}")
        html = answer.content.decode() if answer.headers["Content-Type"].startswith("text/html") else ""
        if "<html" not in html:
            continue  # for machines, or a part of a page
        parser = _Kinds()
        parser.feed(html)
        templates = frozenset(template.name for template in answer.templates if template.name)
        found.setdefault(name, []).append(Seen(persona, path, frozenset(parser.main), templates))
        if "data-menu" in html:  # not around the page for phones without a connection, which leads nowhere
            found[FRAME].append(Seen(persona, path, frozenset(parser.frame), templates))
    return found


def _everything(world: World) -> Iterator[tuple[str, str | None, str]]:
    for name, persona, path in pages(world, all_personas=True):
        if not path.startswith("/admin/"):  # Wagtail's
            yield name, persona, path
    for look in LOOKS:
        yield look.name, look.persona, look.address(world)


def tell() -> None:
    setup_test_environment()  # notes which templates an answer is made of
    with override_settings(PORTAL_DISPATCH="inline"):
        print(json.dumps(walk()))  # noqa: T201
