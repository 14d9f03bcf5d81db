"""How a letter is told to whoever reads it: who wrote it, and whether the other side has read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Letter


@dataclass(frozen=True)
class Told:
    """A letter as one reader sees it, for the timeline. That the other side has read it is told, and never when."""

    letter: Letter
    sentence: str
    is_new: bool
    is_read: bool

    @property
    def icon(self) -> str:
        return "building-2" if self.letter.from_agency else "user"

    @property
    def at(self) -> datetime:
        return self.letter.sent_at

    @property
    def note(self) -> str:
        return self.letter.text

    @property
    def photos(self) -> Any:
        return self.letter.photos.all()

    @property
    def badge(self) -> str:
        return _("new") if self.is_new else ""

    @property
    def aside(self) -> str:
        return _("read") if self.is_read else ""


def told(letter: Letter, reader: Any, *, is_person: bool) -> Told:
    """`is_person` says that the reader is whose thread it is; otherwise they read for the agency.

    Asked before the reading is noted down, or nothing is new.
    """
    is_own_side, has_been_read = letter.from_agency != is_person, letter.read_at is not None
    return Told(
        letter,
        _author(letter, reader),
        is_new=not is_own_side and not has_been_read,
        is_read=is_own_side and has_been_read,
    )


def _author(letter: Letter, reader: Any) -> str:
    if letter.author_id == reader.pk:
        return pgettext("who wrote a letter", "You")
    if letter.from_agency:
        return _("%(name)s, for the agency") % {"name": letter.author} if letter.author else _("The agency")
    return str(letter.author) if letter.author else "—"
