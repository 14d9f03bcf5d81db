"""Pages written in a file: a head in TOML, then the text in a few marks, by its parts. Demo and templates are."""

from __future__ import annotations

import re
import tomllib
from html import escape
from pathlib import Path

from wagtail.models import Page


def read(path: Path) -> tuple[dict, dict[str, str]]:
    """A head in TOML between +++ lines, then the text in a few marks (see `_body`), by its parts.

    A line `@@ name` begins a part; what stands before the first one is the body. The name of a file says where its page
    stands: "parent--child"; a leading "NN-" orders it among its siblings.
    """
    _empty, head, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    body, *named = re.split(r"^@@ (\w+) *\n", text, flags=re.MULTILINE)
    parts = {"body": body, **dict(zip(named[::2], named[1::2], strict=True))}
    return tomllib.loads(head), {name: part.strip() for name, part in parts.items() if part.strip()}


def part(page: Page, name: str, text: str, pages: dict[str, Page]) -> list[tuple[str, object]]:
    """The text of a part as the blocks that its field holds. What does not fit is an error: nothing is left out."""
    offers = page._meta.get_field(name).stream_block.child_blocks
    if "item" in offers:
        return _items(text, pages)
    if "step" in offers:
        return [("step", step) for _kind, steps in _body(text, pages) for step in steps]
    if "question" in offers:
        return _questions(text, pages)
    return _body(text, pages)


def _items(text: str, pages: dict[str, Page]) -> list[tuple[str, object]]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if wrong := [line for line in lines if not line.startswith("- ")]:
        raise ValueError(f"Each thing needed stands on a line of its own that begins with a dash: {wrong[0]}")
    return [("item", f"<p>{_inline(line[2:], pages)}</p>") for line in lines]


def asked(parts: dict[str, str]) -> dict[str, str]:
    """The first question or heading ends the body of a page of questions."""
    body, *questions = re.split(r"^(?=\? |## )", parts.pop("body", ""), maxsplit=1, flags=re.MULTILINE)
    said = {"body": body, "questions": "".join(questions)} | parts
    return {name: text.strip() for name, text in said.items() if text.strip()}


def _questions(text: str, pages: dict[str, Page]) -> list[tuple[str, object]]:
    """`## group`, `? question` lines, each with the paragraphs and lists of its answer below it."""
    blocks: list[tuple[str, object]] = []
    for chunk in re.split(r"^(?=\? |## )", text, flags=re.MULTILINE):
        first, _newline, rest = chunk.strip().partition("\n")
        if first.startswith("## "):
            blocks.append(("group", first[3:].strip()))
        elif first:
            answer = _body(rest.strip(), pages)
            if wrong := [kind for kind, _value in answer if kind != "paragraph"]:
                raise ValueError(f"An answer is made of paragraphs and lists, not of {wrong[0]}: {first}")
            answer = "".join(str(value) for _kind, value in answer)
            blocks.append(("question", {"question": first[2:].strip(), "answer": answer}))
    return blocks


def _body(text: str, pages: dict[str, Page]) -> list[tuple[str, object]]:
    """Paragraphs apart by an empty line: `## heading`, `- ` list, `1. title: how` steps, `!info|warning|danger text`,
    `tel: label | number | hours`, otherwise a paragraph; within, `**bold**` and `[words](name of a page's file)`,
    or `[words](/a/path/)`, or to somebody else's `https://…`."""

    def rich(words: str, tag: str = "p") -> str:
        return f"<{tag}>{_inline(words, pages)}</{tag}>" if words else ""

    blocks: list[tuple[str, object]] = []
    for chunk in filter(None, re.split(r"\n\s*\n", text)):
        lines = [line.strip() for line in chunk.splitlines()]
        first, together = lines[0], " ".join(lines)
        if first.startswith("## "):
            blocks.append(("heading", first[3:]))
        elif first.startswith("- "):
            items = "".join(rich(line[2:], "li") for line in lines)
            blocks.append(("paragraph", f"<ul>{items}</ul>"))
        elif re.match(r"\d+\. ", first):
            steps = (re.sub(r"^\d+\. ", "", line).partition(": ") for line in lines)
            blocks.append(
                (
                    "steps",
                    [{"title": what, "text": rich(how[:1].upper() + how[1:])} for what, _colon, how in steps],
                )
            )
        elif match := re.match(r"!(info|warning|danger) ", first):
            words = rich(together.removeprefix(match.group()))
            blocks.append(("callout", {"kind": match.group(1), "text": words}))
        elif first.startswith("tel: "):
            label, number, *hours = (part.strip() for part in first[5:].split("|"))
            blocks.append(("contact", {"label": label, "number": number, "hours": hours[0] if hours else ""}))
        else:
            blocks.append(("paragraph", rich(together)))
    return blocks


def _inline(text: str, pages: dict[str, Page]) -> str:
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text, quote=False))

    def linked(link: re.Match[str]) -> str:
        words, target = link.groups()
        is_address = target.startswith(("/", "https://"))
        where = f'href="{target}"' if is_address else f'id="{pages[target].pk}" linktype="page"'
        return f"<a {where}>{words}</a>"

    return re.sub(r"\[(.+?)\]\((.+?)\)", linked, text)
