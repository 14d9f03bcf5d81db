"""The demo's pages: one file a page and language, in Italian and English.

People and addresses are invented; the numbers 02 0000 … and 800 000 … are given to nobody. Figures of law carry their
year in the text.
"""

from __future__ import annotations

import re
import tomllib
import uuid
from datetime import timedelta
from html import escape
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from portal.pages.directory.demo import load as load_resources
from portal.pages.models import GuidePage, HomePage, InfoPage, NewsIndexPage, NewsPage, SectionPage

HERE = Path(__file__).parent / "demo_texts"
LANGUAGES = ("it", "en")
KINDS = {
    "section": SectionPage,
    "guide": GuidePage,
    "info": InfoPage,
    "news_index": NewsIndexPage,
    "news": NewsPage,
}


def load() -> None:
    """Both trees, page by page, as translations of each other; the Italian one is the site's root. Found at once."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in ("it", "en", "ar")}
    Page.objects.filter(depth=2).delete()
    homes = {code: _home(locales[code]) for code in LANGUAGES}
    homes["en"].translation_key = homes["it"].translation_key
    for home in homes.values():
        Page.get_first_root_node().add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": homes["it"], "site_name": "Abitare"},
    )
    # Parents before children.
    names = sorted(
        (path.stem for path in (HERE / "it").glob("[0-9]*.md")), key=lambda name: (name.count("--"), name)
    )
    keys: dict[str, uuid.UUID] = {}
    for code in LANGUAGES:
        made: dict[str, Page] = {"": homes[code]}
        texts = {}
        for name in names:
            head, texts[name] = _read(HERE / code / f"{name}.md")
            page = _page(head, locales[code])
            page.translation_key = keys.setdefault(name, page.translation_key)
            made[name] = made[name.rpartition("--")[0]].add_child(instance=page)
        for name, text in texts.items():
            # Only now has every page that a text may link to a number.
            if text:
                made[name].body = _body(text, made)
                made[name].save()
    load_resources(homes)
    call_command("update_index", verbosity=0)


def _home(locale: Locale) -> HomePage:
    head, _text = _read(HERE / locale.language_code / "home.md")
    slug = "home" if locale.language_code == "it" else f"home-{locale.language_code}"
    return HomePage(
        title=head["title"],
        slug=slug,
        search_description=head["summary"],
        lead=head["lead"],
        locale=locale,
    )


def _page(head: dict, locale: Locale) -> Page:
    kind = KINDS[head["kind"]]
    page = kind(
        title=head["title"],
        slug=head["slug"],
        search_description=head["summary"],
        show_in_menus=head.get("menu", False),
        locale=locale,
    )
    if "icon" in head:
        page.icon = head["icon"]
    if hasattr(kind, "body"):
        page.reviewed_on = timezone.localdate() - timedelta(days=head.get("checked_days_ago", 20))
    if kind is NewsPage:
        page.date = timezone.localdate() - timedelta(days=head["days_ago"])
    return page


def _read(path: Path) -> tuple[dict, str]:
    """A head in TOML between +++ lines, then the text in a few marks (see `_body`).

    The name of a file says where its page stands: "parent--child"; a leading "NN-" orders it among its siblings.
    """
    _empty, head, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(head), text.strip()


def _body(text: str, pages: dict[str, Page]) -> list[tuple[str, object]]:
    """Paragraphs apart by an empty line: `## heading`, `- ` list, `1. title: how` steps, `!info|warning|danger text`,
    `tel: label | number | hours`, otherwise a paragraph; within, `**bold**` and `[words](name of a page's file)`,
    or `[words](/a/path/)`."""

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
        where = f'href="{target}"' if target.startswith("/") else f'linktype="page" id="{pages[target].pk}"'
        return f"<a {where}>{words}</a>"

    return re.sub(r"\[(.+?)\]\((.+?)\)", linked, text)
