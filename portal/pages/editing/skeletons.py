"""Templates of pages to start from: one file a kind and language in `portal/pages/skeletons/`, a hint in each part.

A hint begins with ✎ (`reading.HINT`). What holds one is saved as a draft and goes no further.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from portal.pages.marks import asked, part, read
from portal.pages.slugs import free_slug

from .querysets import source_language
from .reading import HINT

HERE = Path(__file__).parents[1] / "skeletons"
KINDS = {
    "guide": "GuidePage",
    "service": "ServicePage",
    "call": "CallPage",
    "event": "EventPage",
    "news": "NewsPage",
    "faq": "FaqPage",
    "answer": "AnswerPage",
    "resource": "ResourcePage",
}
BEGUN_FIRST = {
    "resource"
}  # in the language that is written first, where their facts stand; others translate them
ABOUT = ("kind", "name", "about", "title", "summary")  # in a head; all else is a field of the page
IN = timedelta(days=30)  # example dates: far enough to be seen as such


@dataclass(frozen=True)
class Template:
    """`key` names the file; `name` and `about` are what editors read, in the language of the page that it begins."""

    key: str
    language: str
    name: str
    about: str
    slug: str  # of a page that nobody has named yet

    @property
    def kind(self) -> type[Page]:
        return apps.get_model("portal", KINDS[self.key])

    @transaction.atomic
    def start(self, parent: Page, *, by: Any) -> Page:
        """A draft below that page. Asked again, it is the one that they have begun and not touched yet.

        Raises PermissionDenied where the person, or the tree, does not let such a page be.
        """
        parent = Page.objects.select_for_update().get(pk=parent.pk).specific
        if not parent.permissions_for_user(by).can_add_subpage() or not self.kind.can_create_at(parent):
            raise PermissionDenied
        head, parts = read(HERE / self.language / f"{self.key}.md")
        title = head["title"]
        begun = self.kind.objects.child_of(parent).filter(owner=by, live=False, draft_title=title)
        for page in begun:
            if page.revisions.count() < 2:  # its own first one
                return page
        page = self.kind(
            title=title,
            slug=free_slug(parent, self.slug, otherwise=self.key),
            search_description=head["summary"],
            locale=parent.locale,
            live=False,
            owner=by,
            **{name: value for name, value in head.items() if name not in ABOUT},
            **_example_days(self.kind),
        )
        for name, text in (asked(parts) if self.key == "faq" else parts).items():
            setattr(page, name, part(page, name, text, {}))
        parent.add_child(instance=page)
        page.save_revision(user=by, log_action=True, clean=False)
        return page


def _example_days(kind: type[Page]) -> dict[str, Any]:
    """Days that the database wants; a hint on the page says that they are none."""
    day = timezone.localdate() + IN
    if hasattr(kind, "opens_on"):
        return {"opens_on": day, "closes_on": day + IN}
    if hasattr(kind, "starts_at"):
        starts = timezone.make_aware(datetime.combine(day, time(18)))
        return {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    return {}


def is_of_a_template(slug: str) -> bool:
    """Whether an address is still the one that a page began with."""
    return any(
        re.fullmatch(rf"{re.escape(template.slug)}(-\d+)?", slug)
        for language in languages()
        for template in templates(language)
    )


@cache
def templates(language: str) -> tuple[Template, ...]:
    """Those in that language; none, where none are written in it."""
    found = []
    for key in KINDS:
        if key in BEGUN_FIRST and language != source_language():
            continue
        path = HERE / language / f"{key}.md"
        if path.exists():
            head, _parts = read(path)
            slug = slugify(head["title"].removeprefix(HINT))
            found.append(Template(key, language, head["name"], head["about"], slug))
    return tuple(found)


def languages() -> list[str]:
    """In which there are templates; first the one that is written first."""
    there = sorted(path.name for path in HERE.iterdir() if path.is_dir())
    return sorted(there, key=lambda code: code != source_language())


def templates_below(parent: Page) -> list[Template]:
    """What may begin below that page."""
    kind = parent.specific_class
    if kind is None:
        return []
    allowed = kind.allowed_subpage_models()
    return [template for template in templates(parent.locale.language_code) if template.kind in allowed]
