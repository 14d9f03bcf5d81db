"""The demo's pages: one file a page and language, in Italian and English.

People and addresses are invented; the numbers 02 0000 … and 800 000 … are given to nobody. Figures of law carry their
year in the text.
"""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from portal.pages.directory.demo import load as load_resources
from portal.pages.joining import forget_pages, join, same_ids
from portal.pages.marks import asked, part, read
from portal.pages.models import (
    AccessibilityPage,
    AnswerIndexPage,
    AnswerPage,
    AnswerThreshold,
    CallIndexPage,
    CallPage,
    CallThreshold,
    EventIndexPage,
    EventPage,
    FaqPage,
    GuidePage,
    HomePage,
    InfoPage,
    LegalPage,
    NewsIndexPage,
    NewsPage,
    SectionPage,
    ServiceIndexPage,
    ServicePage,
)
from portal.pages.site.models import AgencyDetails
from portal.pages.thresholds import CENTS, Threshold

HERE = Path(__file__).parent / "demo_texts"
LANGUAGES = ("it", "en")
KINDS = {
    "section": SectionPage,
    "guide": GuidePage,
    "services": ServiceIndexPage,
    "service": ServicePage,
    "calls": CallIndexPage,
    "call": CallPage,
    "answers": AnswerIndexPage,
    "answer": AnswerPage,
    "events": EventIndexPage,
    "event": EventPage,
    "news_index": NewsIndexPage,
    "news": NewsPage,
    "faq": FaqPage,
    "info": InfoPage,
    "accessibility": AccessibilityPage,
    "legal": LegalPage,
}
# Facts that stand in a head under the name of the field that keeps them.
PLAIN = {
    "icon", "category", "status", "takes", "where", "cost", "link", "amount", "months",
    "place", "address", "organizer", "online", "conformity", "standard",
}  # fmt: skip


def load(folder: Path = HERE) -> None:
    """Both trees, page by page, as translations of each other; the Italian one is the site's root. Found at once."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in ("it", "en", "ar")}
    Page.objects.filter(depth=2).delete()
    forget_pages()
    homes = {code: _home(folder, locales[code]) for code in LANGUAGES}
    homes["en"].translation_key = homes["it"].translation_key
    for home in homes.values():
        Page.get_first_root_node().add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": homes["it"], "site_name": "Abitare"},
    )
    # Parents before children.
    names = sorted(
        (path.stem for path in (folder / "it").glob("[0-9]*.md")), key=lambda name: (name.count("--"), name)
    )
    _agency()
    keys: dict[str, uuid.UUID] = {}
    trees: dict[str, dict[str, Page]] = {}
    for code in LANGUAGES:
        made = trees[code] = {"": homes[code]}
        texts = {name: read(path) for name in names if (path := folder / code / f"{name}.md").exists()}
        for name, (head, _parts) in texts.items():
            page = _page(head, locales[code])
            page.translation_key = keys.setdefault(name, page.translation_key)
            made[name] = made[name.rpartition("--")[0]].add_child(instance=page)
        for name, (head, parts) in texts.items():
            # Only now has every page that a text may link to, or a situation be, a number.
            page = made[name]
            if isinstance(page, FaqPage):
                parts = asked(parts)
            for field, text in parts.items():
                # A translation links as its source does; whoever reads it is led to the page in their language.
                setattr(page, field, part(page, field, text, trees["it"]))
            same_ids(page)
            if "situations" in head:
                page.situations = [made[situation] for situation in head["situations"]]
            if parts or "situations" in head:
                page.save()
    there = trees["it"].keys() & trees["en"].keys()
    pairs = [(page, trees["en"][name]) for name, page in trees["it"].items() if name in there]
    if (resources := folder / "resources.toml").exists():
        pairs += load_resources(trees, resources)
    join(pairs)
    call_command("update_index", verbosity=0)


def _agency() -> None:
    AgencyDetails.objects.update_or_create(
        site=Site.objects.get(is_default_site=True),
        defaults={
            "legal_name": "Agenzia dell'abitare del Rhodense",
            "address": "via dei Tigli 2, 20016 Pero (MI)",
            # As long as a true one and as checked; no office has given out so high a number.
            "tax_code": "99999991005",
            "email": "agenzia@abitare.example",
            "pec": "agenzia@pec.abitare.example",
        },
    )


def _home(folder: Path, locale: Locale) -> HomePage:
    head, _parts = read(folder / locale.language_code / "home.md")
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
        **{name: head[name] for name in PLAIN & head.keys()},
    )
    today = timezone.localdate()
    if hasattr(kind, "reviewed_on"):
        page.reviewed_on = today - timedelta(days=head.get("checked_days_ago", 20))
    if kind is NewsPage:
        page.date = today - timedelta(days=head["days_ago"])
    elif kind is CallPage:
        page.opens_on = today + timedelta(days=head["opens_in_days"])
        page.closes_on = today + timedelta(days=head["closes_in_days"])
        page.closes_at = time.fromisoformat(head["closes_at"]) if "closes_at" in head else None
    elif kind is EventPage:
        page.starts_at = _moment(head["starts_in_days"], head["starts"])
        page.ends_at = _moment(head.get("ends_in_days", head["starts_in_days"]), head["ends"])
    elif kind is AnswerPage:
        page.resources_from, page.resources_to = head["resources"]
        page.potential_from, page.potential_to = head["potential"]
    elif kind is AccessibilityPage and "assessed_days_ago" in head:
        page.assessed_on = today - timedelta(days=head["assessed_days_ago"])
    elif kind is LegalPage and "in_force_days_ago" in head:
        page.in_force_from = today - timedelta(days=head["in_force_days_ago"])
    if kind in (CallPage, AnswerPage):
        row = CallThreshold if kind is CallPage else AnswerThreshold
        page.thresholds = [_threshold(row, number) for number in head.get("thresholds", ())]
    return page


def _moment(days: int, hour: str) -> datetime:
    """So many days from now, at that hour in Rome."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(hour)))


def _threshold(kind: type[Threshold], head: dict) -> Threshold:
    """Whole euro in the head, cents in the row."""
    row = kind(**head)
    row.value *= CENTS if row.is_money else 1
    row.full_clean(exclude=["page"])
    return row
