"""The page in an archive of somebody's data: one file, no net, their language, opened from a phone's folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from portal.extensions import EventKind, PersonalData, Role, find
from portal.ui.main_desk import main_desk

from .words import WORDS

_PICTURES = (".jpg", ".png", ".webp")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of data of the person. `files` are the names in the archive by the name that rows give them."""

    title: str
    data: PersonalData
    rows: list[dict[str, Any]]
    files: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> list[dict[str, Any]]:
        return [self._shown(row) for row in self.rows]

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        """What the page shows of a row: (label, words) for whatever is filled in, and the files that belong to it."""
        named = [row.get("file"), *row.get("files", ())]
        files = [self.files[name] for name in named if name in self.files]
        lines = [
            (label_of(self.data, key), in_words(value))
            for key, value in row.items()
            if value not in (None, "", [], {}) and not (key in ("file", "files") and files)
        ]
        return {
            "lines": lines,
            "files": [{"path": path, "is_picture": path.endswith(_PICTURES)} for path in files],
        }


def label_of(data: PersonalData, key: str) -> str:
    words = data.labels.get(key) or WORDS.get(key)
    return str(words) if words else key.replace("_", " ").capitalize()


def in_words(value: Any) -> str:
    """A value of a row as people write it: days and times in Rome, facts and roles as they are called."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(in_words, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {in_words(inner)}" for key, inner in value.items())
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return _moment(value)
    if isinstance(value, str) and (kind := find(EventKind, value)):
        return str(kind.sentence) % {"actor": _("Somebody")}
    if isinstance(value, str) and (role := find(Role, value)):
        return str(role.label)
    return str(value)


def _moment(value: str) -> str:
    locale = "en_GB" if get_language() == "en" else get_language()
    try:
        if "T" not in value:
            return format_date(date.fromisoformat(value), "long", locale)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return format_datetime(moment, "d MMMM y, HH:mm", locale=locale)


def page(person: Any, sections: list[Section]) -> str:
    context = {
        "person": person,
        "sections": [section for section in sections if section.rows],
        "empty": [section.title for section in sections if not section.rows],
        "made_at": in_words(timezone.now().isoformat()),
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
        # Within the page: whoever opens it on a phone opens this one file of the archive.
        "style": mark_safe(f"<style>{render_to_string('portal/privacy/archive.css')}</style>"),  # noqa: S308
        "site_name": settings.PORTAL_NAME,
        "desk_phone": main_desk().phone,
    }
    return render_to_string("portal/privacy/archive.html", context)
