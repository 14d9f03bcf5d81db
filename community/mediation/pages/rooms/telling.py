"""How a room is told to whoever reads in it: who else does, and what was said."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from community.conversations.words import name_of
from community.mediation.models import Mediator
from community.mediation.rooms import Room, Word
from community.mediation.words import MediatorState, RoomKind
from community.safety.names import name_for
from portal.sealing import Unreadable
from portal.ui.words import isolated, listed

log = logging.getLogger(__name__)


class Readers:
    """Who reads what is said in a room, in words for one of them: so that nobody writes into the wrong one."""

    def __init__(self, room: Room, reader: Any) -> None:
        self.room, self.reader = room, reader

    @cached_property
    def _ever(self) -> list[Mediator]:
        """Whoever mediates in the case, and whoever has: their words stand there still."""
        rows = self.room.case.mediators.exclude(assigned_at=None).select_related("person")
        return [row for row in rows if row.person is not None]

    @cached_property
    def mediators(self) -> list[Any]:
        return [row.person for row in self._ever if row.state == MediatorState.ASSIGNED]

    @cached_property
    def have_mediated(self) -> frozenset[int]:
        return frozenset(row.person_id for row in self._ever)

    @property
    def mediates(self) -> bool:
        return self.reader in self.mediators

    @cached_property
    def _parties(self) -> list[Any]:
        rows = self.room.case.parties.in_it().select_related("person")
        return [row.person for row in rows if row.person is not None]

    def in_full(self) -> str:
        """With the names of all where all read it."""
        if self.room.kind != RoomKind.JOINT:
            return self.in_short()
        others = [
            isolated(name_for(person, self.reader)) for person in self._parties if person != self.reader
        ]
        others += [
            _("%(name)s (mediator)") % {"name": isolated(name_for(person, self.reader))}
            for person in self.mediators
            if person != self.reader
        ]
        return _("All read this: you, %(names)s.") % {"names": listed(others)} if others else self.in_short()

    def in_short(self) -> str:
        """In one sentence."""
        if self.room.kind == RoomKind.JOINT:
            return _("All read this.")
        if self.room.kind == RoomKind.NOTES:
            return _("Only the mediators read this.")
        if not self.mediates:
            if not self.mediators:
                return _("Only you read this, until there is a mediator again.")
            return ngettext(
                "Only you and the mediator read this.",
                "Only you and the mediators read this.",
                len(self.mediators),
            )
        is_alone = len(self.mediators) == 1
        sentence = (
            _("Only you and %(name)s read this.")
            if is_alone
            else _("Only the mediators and %(name)s read this.")
        )
        return sentence % {"name": isolated(name_for(self.room.party.person, self.reader))}

    def beside_the_field(self) -> str:
        """The same as the field's help, which is HTML."""
        return escape(self.in_short())

    def send(self) -> str:
        """What the button says that sends it."""
        if self.room.kind == RoomKind.JOINT:
            return _("Send to all")
        return pgettext("a note", "Keep") if self.room.kind == RoomKind.NOTES else _("Send")


@dataclass(frozen=True, kw_only=True)
class Told:
    """A word as one reader sees it.

    `question` is where it stands between the private room and the room of all: "" (nobody has asked), "asked", "kept",
    "carried"; None for what is not carried at all. `begins_news` and `is_landing` are as in a conversation.
    """

    word: Word
    author: str
    text: str = ""
    photos: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    is_own: bool = False
    is_mediators: bool = False
    is_unreadable: bool = False
    question: str | None = None
    begins_news: bool = False
    is_landing: bool = False

    @property
    def is_gone(self) -> bool:
        """Whoever said it has left the portal and took their words along."""
        return self.word.author_id is None


def told(words: Iterable[Word], readers: Readers, *, read: int | None = None) -> list[Told]:
    """For words `with_all` of the readers' room. `read` is up to where this reader had read; None does not say where
    news begin.

    A block between two neighbours hides nothing here: they have agreed to talk, with somebody beside them, and a
    sentence that one of them never sees would make every answer to it a riddle.
    """
    words = list(words)
    reader = readers.reader
    news = [
        word.number
        for word in words
        if read is not None and word.number > read and word.author_id != reader.pk
    ]
    first_new = news[0] if read and news else None
    return [
        Told(
            word=word,
            author=name_of(word.author, reader),
            is_own=word.author_id == reader.pk,
            is_mediators=word.author_id in readers.have_mediated,
            question=_question(word, readers),
            begins_news=word.number == first_new,
            is_landing=first_new is None and word is words[-1] and read is not None,
            **opened(word),
        )
        for word in words
    ]


def opened(word: Word) -> dict[str, Any]:
    """What a word says. One cell that does not open (somebody has changed it in the database) closes no room: what
    stands beside it is read, and whoever looks after the portal finds it in the log."""
    try:
        notes = list(word.voice_notes.all())
        for note in notes:
            note.says  # noqa: B018 opened: it raises here, and not in the middle of the page
        return {"text": word.text or "", "photos": list(word.photos.all()), "notes": notes}
    except Unreadable as error:
        log.error("A word of a mediation cannot be read (%s)", error)
        return {"is_unreadable": True}


def _question(word: Word, readers: Readers) -> str | None:
    """Agrees with the rules community.carry_word and community.ask_to_carry_word."""
    if not word.is_partys_own or not (word.author_id == readers.reader.pk or readers.mediates):
        return None
    carrying = getattr(word, "carrying", None)
    if carrying is None:
        return ""
    if carrying.yes is None:
        return "asked"
    return "carried" if carrying.carried_id else "kept"
