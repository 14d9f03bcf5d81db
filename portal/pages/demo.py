"""The demo's pages: one file a page and language, in Italian and English.

People and addresses are invented; the numbers 02 0000 … and 800 000 … are given to nobody. Figures of law carry their
year in the text.
"""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from html import escape
from pathlib import Path

from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from portal.pages.models import GuidePage, HomePage, InfoPage, NewsIndexPage, NewsPage, SectionPage
from portal.pages.roles import grant_editor_permissions

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
    """Both trees, page by page, linked as translations of each other; the Italian one is the site's root."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in ("it", "en", "ar")}
    Page.objects.filter(depth=2).delete()
    root = Page.get_first_root_node()
    homes = {}
    for code in LANGUAGES:
        head, _body = _read(HERE / code / "home.md")
        home = HomePage(
            title=head["title"],
            slug="home" if code == "it" else f"home-{code}",
            search_description=head["summary"],
            lead=head["lead"],
            locale=locales[code],
        )
        if homes:
            home.translation_key = homes["it"].translation_key
        root = Page.objects.get(pk=root.pk)
        homes[code] = root.add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": homes["it"], "site_name": "Abitare"},
    )
    made: dict[tuple[str, str], Page] = {(code, ""): homes[code] for code in LANGUAGES}
    for path in sorted((HERE / "it").glob("*.md"), key=lambda p: (p.stem.count("--"), p.stem)):
        if path.stem == "home":
            continue
        for code in LANGUAGES:
            _make(made, locales[code], code, path.stem)
    if group := Group.objects.filter(name="portal.editor").first():
        grant_editor_permissions(group)


def _make(made: dict[tuple[str, str], Page], locale: Locale, code: str, name: str) -> None:
    """`name` says where a page stands: "parent--child"; a leading "NN-" orders it among its siblings."""
    file = HERE / code / f"{name}.md"
    if not file.exists():
        return
    head, body = _read(file)
    parent = made[code, name.rpartition("--")[0]]
    fields = {
        "title": head["title"],
        "slug": head["slug"],
        "search_description": head["summary"],
        "show_in_menus": head.get("menu", False),
        "locale": locale,
    }
    kind = KINDS[head["kind"]]
    if "icon" in head:
        fields["icon"] = head["icon"]
    if hasattr(kind, "body"):
        fields["body"] = body
        fields["reviewed_on"] = timezone.localdate() - timedelta(days=head.get("checked_days_ago", 20))
    if kind is NewsPage:
        fields["date"] = timezone.localdate() - timedelta(days=head["days_ago"])
    page = kind(**fields)
    if code != "it":
        page.translation_key = made["it", name].translation_key
    made[code, name] = parent.add_child(instance=page)


def _read(path: Path) -> tuple[dict, list[tuple[str, object]]]:
    """A head in TOML between +++ lines, then the text in a few marks (see `_body`)."""
    _empty, head, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(head), _body(text)


def _body(text: str) -> list[tuple[str, object]]:
    """Paragraphs apart by an empty line: `## heading`, `- ` list, `1. title: how` steps, `!info|warning|danger text`,
    `tel: label | number | hours`, otherwise a paragraph; `**bold**` within."""
    blocks: list[tuple[str, object]] = []
    for chunk in filter(None, re.split(r"\n\s*\n", text.strip())):
        lines = [line.strip() for line in chunk.splitlines()]
        first = lines[0]
        if first.startswith("## "):
            blocks.append(("heading", first[3:]))
        elif first.startswith("- "):
            items = "".join(f"<li>{_inline(line[2:])}</li>" for line in lines)
            blocks.append(("paragraph", f"<ul>{items}</ul>"))
        elif re.match(r"\d+\. ", first):
            blocks.append(("steps", [_step(line) for line in lines]))
        elif match := re.match(r"!(info|warning|danger) ", first):
            words = " ".join(lines)[len(match.group(0)) :]
            blocks.append(("callout", {"kind": match.group(1), "text": f"<p>{_inline(words)}</p>"}))
        elif first.startswith("tel: "):
            label, number, *hours = (part.strip() for part in first[5:].split("|"))
            blocks.append(("contact", {"label": label, "number": number, "hours": hours[0] if hours else ""}))
        else:
            blocks.append(("paragraph", f"<p>{_inline(' '.join(lines))}</p>"))
    return blocks


def _step(line: str) -> dict[str, str]:
    title, _colon, how = re.sub(r"^\d+\. ", "", line).partition(": ")
    return {"title": title, "text": f"<p>{_inline(how)}</p>" if how else ""}


def _inline(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text, quote=False))
