"""The page in an archive of somebody's data: one file, no net, their language, opened from a phone's folder."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_bidi, get_language_info
from django.utils.translation import gettext as _

from portal.extensions import EventKind, PersonalData, Role, find
from portal.people.phones import readable
from portal.ui.languages import locale
from portal.ui.main_desk import main_desk
from portal.ui.words import listed

from .words import WORDS

_PICTURES = (".jpg", ".png", ".webp")
# E.164, and "app.model:number": what an export writes of a telephone and of a thing.
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_THING = re.compile(r"([a-z_]\w*)\.([a-z]\w*):([\w-]+)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of data of the person. `files` are the names in the archive by the name that rows give them."""

    title: str
    data: PersonalData
    rows: list[dict[str, Any]]
    person: Any
    files: dict[str, str] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """What the page calls it. The rest counts its rows; who they are is one, and needs no number."""
        return _("You and your data") if self.is_open else f"{self.title} ({len(self.rows)})"

    @property
    def shown(self) -> list[dict[str, Any]]:
        return [self._shown(row) for row in self.rows]

    @property
    def is_open(self) -> bool:
        """Who they are is what they look for first; the rest is one touch away."""
        return self.data.key == settings.AUTH_USER_MODEL

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        """What the page shows of a row: a line for whatever is filled in, and the files that belong to it."""
        named = [row.get("file"), *row.get("files", ())]
        files = [self.files[name] for name in named if name in self.files]
        lines = [
            {
                "label": label_of(self.data, key),
                "words": self._words(key, value, row),
                # Groups of digits change places in a line from the right.
                "direction": "ltr" if isinstance(value, str) and _PHONE.fullmatch(value) else "auto",
            }
            for key, value in row.items()
            if value not in (None, "", [], {}) and not (key in ("file", "files") and files)
        ]
        return {
            "lines": lines,
            "files": [{"path": path, "is_picture": path.endswith(_PICTURES)} for path in files],
        }

    def _words(self, key: str, value: Any, row: dict[str, Any]) -> str:
        if key in self.data.values:
            return str(self.data.values[key](value, row, self.person))
        if key == "language" and value in dict(settings.LANGUAGES):
            return get_language_info(value)["name_local"]
        if key == "bytes":
            return filesizeformat(value)
        if isinstance(value, (str, int)) and (label := self._choices(key).get(value)):
            return str(label)
        return in_words(value)

    def _choices(self, key: str) -> dict[Any, Any]:
        try:
            return dict(apps.get_model(self.data.key)._meta.get_field(key).flatchoices)
        except (FieldDoesNotExist, AttributeError):
            return {}


def label_of(data: PersonalData, key: str) -> str:
    words = data.labels.get(key) or WORDS.get(key)
    return str(words) if words else key.replace("_", " ").capitalize()


def in_words(value: Any) -> str:
    """A value of a row as people write it: days and times in Rome, facts and roles as they are called."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "\n".join(map(in_words, value))
    if isinstance(value, dict):
        return listed(f"{key}: {in_words(inner)}" for key, inner in value.items())
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return _moment(value)
    if isinstance(value, str) and _PHONE.fullmatch(value):
        return readable(value)
    if isinstance(value, str) and (thing := _THING.fullmatch(value)):
        return _thing(*thing.groups())
    if isinstance(value, str) and (kind := find(EventKind, value)):
        return str(kind.sentence) % {"actor": _("Somebody")}
    if isinstance(value, str) and (role := find(Role, value)):
        return str(role.label)
    return str(value)


def _thing(app_label: str, model: str, pk: str) -> str:
    """A thing as its app calls it, with its number; one of an app that has gone stays as it was written."""
    kind = ContentType.objects.filter(app_label=app_label, model=model).first()
    called = kind.model_class() if kind else None
    if called is None:
        return f"{app_label}.{model}:{pk}"
    name = str(called._meta.verbose_name)
    return f"{name[:1].upper()}{name[1:]} {pk}"


def _moment(value: str) -> str:
    try:
        if "T" not in value:
            return format_date(date.fromisoformat(value), "long", locale())
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return format_datetime(moment, "d MMMM y, HH:mm", locale=locale())


def page(person: Any, sections: list[Section]) -> str:
    # What is sent with a letter or a report lies among the person's photos: it is seen where it belongs as well. Of a
    # name that two apps gave, nobody can say whose it is.
    names = Counter(name for section in sections for name in section.files)
    everywhere = {
        name: path for section in sections for name, path in section.files.items() if names[name] == 1
    }
    sections = [replace(section, files={**everywhere, **section.files}) for section in sections]
    context = {
        "person": person,
        "sections": sorted((s for s in sections if s.rows), key=lambda section: not section.is_open),
        "empty": [section.title for section in sections if not section.rows],
        "made_at": in_words(timezone.now().isoformat()),
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
        # Within the page: whoever opens it on a phone opens this one file of the archive.
        "style": mark_safe(f"<style>{render_to_string('portal/privacy/archive.css')}</style>"),  # noqa: S308
        "site_name": settings.PORTAL_NAME,
        "desk_phone": readable(main_desk().phone),
    }
    return render_to_string("portal/privacy/archive.html", context)
