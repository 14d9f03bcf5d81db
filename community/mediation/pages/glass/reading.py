"""What a case says, for whoever reads it through a broken glass: collected here, and shown nowhere else.

Pages of diaries are not among it: a diary goes with its author, and with no case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import get_language

from community.mediation.agreements import Kept, PartysAnswer, Version
from community.mediation.models import Case, Party
from community.mediation.rooms import Room

A_PAGE = 50  # words


def knowing(parties: list[Party]) -> list[Any]:
    """The people whose words are read; but for those who were named and never asked: they know of no case."""
    return [party.person for party in parties if party.person is not None and party.knows]


def words_of(room: Room, page: str | None) -> Page:
    """What was said in a room, the first first."""
    words = room.words.select_related("author").prefetch_related("photos", "voice_notes").order_by("number")
    paginator = Paginator(words, A_PAGE)
    paginator.count = room.last_number  # they are numbered without a gap: nobody has to count them
    return paginator.get_page(page)


@dataclass(frozen=True)
class Agreed:
    """A point of an agreement as somebody reads it; of whose account is closed the name is None."""

    what: str
    who: list[Any]
    by: date | None


def agreed_in(case: Case, parties: list[Party]) -> list[tuple[Version, list[Agreed]]]:
    """The newest version, and the last that all have accepted, where that is another one."""
    found = {
        version.pk: version for version in (case.versions.first(), case.versions.settled().first()) if version
    }
    return [(version, _points_of(version, case, parties)) for version in found.values()]


def _points_of(version: Version, case: Case, parties: list[Party]) -> list[Agreed]:
    version.case = case  # its key opens it
    people = {str(party.pk): party.person for party in parties}
    return [
        Agreed(
            what=point.in_language(get_language()),
            who=[people.get(key) for key in point.who],
            by=point.by,
        )
        for point in version.points
    ]


@dataclass(frozen=True)
class Said:
    """What a party has said, so many months after an agreement: of each of its points, and of the whole."""

    person: Any
    months: int
    at: datetime
    note: str
    points: list[tuple[str, Kept]]


def answers_in(case: Case) -> list[Said]:
    """The first first; each with the points that it was asked about, which may be others by now."""
    answers = PartysAnswer.objects.filter(follow_up__case=case).order_by("at")
    texts: dict[Any, dict[str, str]] = {}
    said = []
    for answer in answers.select_related("follow_up__version", "party__person"):
        version = answer.follow_up.version
        answer.follow_up.case = version.case = case  # its key opens them
        if version.pk not in texts:
            texts[version.pk] = {point.id: point.in_language(get_language()) for point in version.points}
        said.append(
            Said(
                person=answer.party.person,
                months=answer.follow_up.months,
                at=answer.at,
                note=answer.note,
                points=[(texts[version.pk][point], Kept(kept)) for point, kept in answer.kept.items()],
            )
        )
    return said
