"""The rooms of a case that somebody may enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.mediation.models import Case
from community.mediation.rooms import Room
from community.mediation.words import RoomKind, Side
from community.safety.names import first_name, name_for
from portal.ui.words import isolated

ICONS = {RoomKind.PRIVATE: "lock", RoomKind.JOINT: "users", RoomKind.NOTES: "notebook-pen"}
_ORDER = [RoomKind.PRIVATE, RoomKind.JOINT, RoomKind.NOTES]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A room as one reader sees it: what it is called, in full and in short, where it is, and how many words in it are
    new to them."""

    room: Room
    label: str
    short: str
    icon: str
    url: str
    unread: int


def rooms_for(case: Case, user: Any) -> list[Listed]:
    """Those of a case that somebody may enter now: the private ones first, the notes last. One query."""
    rooms = (
        Room.objects.visible_to(user).filter(case=case).with_news_for(user).select_related("party__person")
    )
    return [
        Listed(
            room=room,
            label=label_of(room, user),
            short=_short(room, user),
            icon=ICONS[RoomKind(room.kind)],
            url=f"{room.get_absolute_url()}#latest",
            unread=room.unread,
        )
        for room in sorted(rooms, key=_place_of)
    ]


def label_of(room: Room, reader: Any) -> str:
    """What a room is called: a private one by the other who is in it."""
    if room.kind == RoomKind.PRIVATE and room.party.person_id != reader.pk:
        return _("With %(name)s alone") % {"name": isolated(name_for(room.party.person, reader))}
    return room.get_kind_display()


def _short(room: Room, reader: Any) -> str:
    if room.kind == RoomKind.PRIVATE:
        is_own = room.party.person_id == reader.pk
        return _("Mediator") if is_own else first_name(room.party.person)
    return pgettext("a room", "All") if room.kind == RoomKind.JOINT else pgettext("a room", "Notes")


def _place_of(room: Room) -> tuple:
    is_others = room.party is not None and room.party.side != Side.FIRST
    return _ORDER.index(RoomKind(room.kind)), is_others, str(room.party_id)
