"""What stands on a page, whatever its blocks: its pieces of text, one sentence or more each, and its links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

# What a template says to whoever writes: it begins so, and is replaced by words for whoever reads.
HINT = "✎"

# Tags that end a piece of text.
_APART = frozenset({"p", "li", "ul", "ol", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "div", "td", "th"})
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True)
class Link:
    """`kind` is "page", "document", or "address"; `target` the number or the address; `words` what one clicks on."""

    kind: str
    target: str
    words: str


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = [""]
        self.links: list[Link] = []
        self._open: tuple[str, str] | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _APART:
            self.pieces.append("")
        if tag == "a":
            given = dict(attrs)
            kind = given.get("linktype") or "address"
            target = given.get("id" if kind in ("page", "document") else "href") or ""
            self._open, self._words = (kind, target), ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _APART:
            self.pieces.append("")
        if tag == "a" and self._open:
            self.links.append(Link(*self._open, " ".join(self._words.split())))
            self._open = None

    def handle_data(self, data: str) -> None:
        self.pieces[-1] += data
        self._words += data


def _read(html: str) -> _Text:
    text = _Text()
    text.feed(html)
    text.close()
    return text


def pieces_of(page: Page) -> list[str]:
    """Paragraphs, items, headings, in the order in which the fields are declared; title and summary first."""
    said = [page.title, page.search_description]
    for is_rich, value in _values(page):
        said += _read(value).pieces if is_rich else [value]
    return [piece.strip() for piece in said if piece.strip() and not piece.strip().startswith(_SCHEMES)]


def has_hints(value: Any) -> bool:
    """Whether a text, or what stands in the blocks of a field, still holds a hint of the template it began from."""
    if isinstance(value, blocks.StreamValue):
        return any(HINT in text for _is_rich, text in _of_block(value.stream_block, value))
    return isinstance(value, str) and HINT in value


def hints_left(page: Page) -> int:
    """How many pieces of a page are hints."""
    return sum(HINT in piece for piece in pieces_of(page))


def links_of(page: Page) -> list[Link]:
    """Each once. Addresses of mail and telephones are not links to a page."""
    found: list[Link] = []
    for is_rich, value in _values(page):
        if is_rich:
            found += _read(value).links
        elif value.startswith(_SCHEMES):
            # A field that is an address: its words are the template's.
            found.append(Link("address", value, value))
    leads = [link for link in found if link.kind != "address" or link.target.startswith(("/", *_SCHEMES))]
    return list(dict.fromkeys(leads))


def _values(page: Page) -> Iterator[tuple[bool, str]]:
    """Whether it is rich text, and the text itself."""
    base = {field.name for field in Page._meta.get_fields()}
    for field in page._meta.concrete_fields:
        if field.name in base:
            continue
        value = getattr(page, field.attname)
        if isinstance(field, StreamField):
            yield from _of_block(value.stream_block, value)
        elif isinstance(field, RichTextField):
            yield True, value
        elif (
            isinstance(value, str) and value and _is_words(field)
        ):  # a list of codes is a column of text, too
            yield False, value


def _is_words(field: models.Field) -> bool:
    """Or an address, which is a CharField too; not a choice among codes."""
    return isinstance(field, models.CharField | models.TextField) and not field.choices and field.editable


def _of_block(block: blocks.Block, value: Any) -> Iterator[tuple[bool, str]]:
    if isinstance(block, blocks.StreamBlock):
        for child in value:
            yield from _of_block(child.block, child.value)
    elif isinstance(block, blocks.ListBlock):
        for child in value:
            yield from _of_block(block.child_block, child)
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _of_block(child, value.get(name))
    elif isinstance(block, blocks.RichTextBlock):
        yield True, value.source if value else ""
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock | blocks.URLBlock) and value:
        yield False, str(value)
