"""How a letter is told to whoever reads it: who wrote it, and whether the other side has read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .models import Letter


@dataclass(frozen=True)
class Told:
    """A letter as one reader sees it. `is_read` says that the other side has it, and never when they read it."""

    letter: Letter
    author: str
    is_own_side: bool
    is_new: bool

    @property
    def is_read(self) -> bool:
        return self.is_own_side and self.letter.read_at is not None


def told(letter: Letter, reader: Any, *, is_person: bool) -> Told:
    """`is_person` says that the reader is whose thread it is; otherwise they read for the agency.

    Asked before the reading is noted down, or nothing is new.
    """
    is_own_side = letter.from_agency != is_person
    return Told(letter, _author(letter, reader), is_own_side, not is_own_side and letter.read_at is None)


def _author(letter: Letter, reader: Any) -> str:
    if letter.author_id == reader.pk:
        return _("You")
    if letter.from_agency:
        return _("%(name)s, for the agency") % {"name": letter.author} if letter.author else _("The agency")
    return str(letter.author) if letter.author else "—"
