"""A version of an agreement as somebody reads it: in their language, with names, and with what is new in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, get_language_info

from community.mediation.agreements import Point, Version
from community.mediation.models import Party
from community.mediation.words import Answer
from community.safety.names import first_name
from portal.ui.languages import language_name
from portal.ui.words import listed

ADDED, CHANGED = "added", "changed"


@dataclass(frozen=True)
class Language:
    """One in which an agreement is written, by its own name and by the reader's word for it."""

    code: str

    @property
    def own_name(self) -> str:
        return get_language_info(self.code)["name_local"].capitalize() if self.is_known else self.name

    @property
    def name(self) -> str:
        return language_name(self.code)

    @property
    def is_known(self) -> bool:
        """Whether the portal itself speaks it."""
        return self.code in dict(settings.LANGUAGES)

    @property
    def of_the_portal(self) -> str:
        """In which what stands around the points is said: this one, or the portal's own."""
        return self.code if self.is_known else settings.LANGUAGE_CODE


@dataclass(frozen=True)
class Words:
    """What a point says, and in which language that is."""

    text: str
    language: str


@dataclass(frozen=True)
class Line:
    """A point on the page. `mark` says whether it is new in this version; where it said something else before in the
    language that is read, `was`, `was_who` and `was_by` say what. `changed_in` names the languages in which alone it
    reads otherwise than before: for those who read this one its words are the same."""

    number: int
    id: str
    what: Words
    who: tuple[str, ...]
    by: date | None
    mark: str = ""
    was: Words | None = None
    was_who: tuple[str, ...] = ()
    has_another_day: bool = False
    was_by: date | None = None
    changed_in: str = ""

    @property
    def is_another(self) -> bool:
        """Than before, for whoever reads it in this language."""
        return bool(self.was or self.was_who or self.has_another_day)


@dataclass(frozen=True)
class Reading:
    """A whole version: its points, and those that stood in the one before and do not any more."""

    version: Version
    language: str
    lines: Sequence[Line]
    removed: Sequence[Line]

    @property
    def marks(self) -> list[str]:
        """What has become of points, each word once: what the page says before it shows them."""
        return [mark for mark in (ADDED, CHANGED) if any(line.mark == mark for line in self.lines)]

    @property
    def fingerprint(self) -> str:
        """A few letters by which two sheets of paper are known to say the same."""
        return fingerprint(self.version.digest)


def fingerprint(digest: str) -> str:
    return "-".join(digest[start : start + 4] for start in range(0, 12, 4)).upper()


def names_of(parties: Iterable[Party]) -> dict[str, str]:
    """By a party's number what it is called in an agreement: the first name; who shares one is called by the whole."""
    people = {str(party.pk): party.person for party in parties}
    short = {key: first_name(person) for key, person in people.items()}
    called = list(short.values())
    return {
        key: str(people[key]) if people[key] and called.count(name) > 1 else name
        for key, name in short.items()
    }


def languages_of(parties: Iterable[Party]) -> list[str]:
    """Those of the parties that are in it, each once: in all of them an agreement is written. The reader's is first."""
    theirs = dict.fromkeys(party.language for party in parties if party.answer == Answer.YES)
    return sorted(theirs, key=lambda code: code != get_language())


def written_in(points: Iterable[Point]) -> list[str]:
    return list(dict.fromkeys(code for point in points for code, text in point.what.items() if text))


def chosen(asked: str | None, written: Sequence[str], own: str | None) -> str:
    """The language to read in: the one asked for, the page's, one's own; whichever it is written in."""
    wishes = (asked, get_language(), own, *written)
    return next((code for code in wishes if code in written), settings.LANGUAGE_CODE)


def words(point: Point, language: str) -> Words:
    if point.what.get(language):
        return Words(point.what[language], language)
    return next((Words(text, code) for code, text in point.what.items() if text), Words("", language))


def reading(
    version: Version,
    before: Version | None,
    *,
    names: Mapping[str, str],
    language: str,
    points: Sequence[Point],
) -> Reading:
    """`before` is the version in whose place this one came, `points` are this one's: opening a cell takes a while."""
    old = {point.id: point for point in before.points} if before else {}
    lines = [
        _line(number, point, names, language, before=old.get(point.id), is_first=before is None)
        for number, point in enumerate(points, start=1)
    ]
    kept = {point.id for point in points}
    removed = [
        _line(number, point, names, language, is_first=True)
        for number, point in enumerate(old.values(), start=1)
        if point.id not in kept
    ]
    return Reading(version, language, lines, removed)


def _line(
    number: int,
    point: Point,
    names: Mapping[str, str],
    language: str,
    *,
    before: Point | None = None,
    is_first: bool,
) -> Line:
    who, what = called(point, names), words(point, language)
    more: dict[str, Any] = {}
    if before is not None:
        old = words(before, what.language)
        others = [code for code in point.what if before.what.get(code, "") not in ("", point.what[code])]
        is_same = old.text == what.text
        more = {
            "was": None if is_same else old,
            "changed_in": listed(map(language_name, others)) if is_same else "",
            "was_who": called(before, names) if set(before.who) != set(point.who) else (),
            "has_another_day": before.by != point.by,
            "was_by": before.by,
        }
        is_another = more["was"] or more["changed_in"] or more["was_who"] or more["has_another_day"]
        more["mark"] = CHANGED if is_another else ""
    elif not is_first:
        more = {"mark": ADDED}
    return Line(number=number, id=point.id, what=what, who=who, by=point.by, **more)


def called(point: Point, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(who, first_name(None)) for who in point.who)
