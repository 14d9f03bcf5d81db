"""What the pages of an agreement stand on: the case as its reader finds it, who is in it, what lies on the table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from community.mediation.agreements import Version
from community.mediation.models import Case, Party
from community.mediation.pages.shared import crumbs
from community.mediation.words import Answer, State

from .reading import Language, Reading, chosen, languages_of, names_of, reading, written_in


@dataclass
class Table:
    """A case whose agreement somebody may read."""

    case: Case
    reader: Any

    @classmethod
    def of(cls, request: HttpRequest, key: UUID) -> Table:
        """Missing (Http404) for everybody else, and while there is nothing to agree on."""
        return cls(get_object_or_404(Case.objects.with_agreement_for(request.user), pk=key), request.user)

    @cached_property
    def parties(self) -> list[Party]:
        """All who ever were: who has left is named in what was written before."""
        return list(self.case.parties.select_related("person"))

    @cached_property
    def names(self) -> dict[str, str]:
        return names_of(self.parties)

    @property
    def people(self) -> dict[str, str]:
        """Those who are in it now, by the numbers with which points name them."""
        return {str(party.pk): self.names[str(party.pk)] for party in self.those_in_it}

    @property
    def those_in_it(self) -> list[Party]:
        return [party for party in self.parties if party.answer == Answer.YES]

    @property
    def mine(self) -> Party | None:
        """The reader's own part; None for a mediator."""
        return next((party for party in self.those_in_it if party.person_id == self.reader.pk), None)

    @cached_property
    def is_mediator(self) -> bool:
        return self.reader.has_perm("community.table_case", self.case)

    @cached_property
    def languages(self) -> list[str]:
        return languages_of(self.parties)

    @property
    def is_on_it(self) -> bool:
        """Whether there is something to accept."""
        return self.case.state == State.AGREEMENT

    def newest(self) -> tuple[Version | None, Version | None]:
        """The newest version, or what is left of a closed case; and the one in whose place it came."""
        return self._two(Version.objects.of(self.case))

    def version(self, number: int) -> tuple[Version | None, Version | None]:
        """That version, where the reader may read it, and the one before."""
        found, before = self._two(self.case.versions.filter(number__lte=number))
        if (
            found is None
            or found.number != number
            or not self.reader.has_perm("community.view_version", found)
        ):
            return None, None
        return found, before

    def _two(self, versions: Any) -> tuple[Version | None, Version | None]:
        rows = list(versions[:2])
        for row in rows:
            row.case = self.case  # its key opens them
        # Of a closed case only what all have accepted is read, and nothing of what was crossed out.
        before = rows[1] if len(rows) > 1 and self.case.state != State.CLOSED else None
        return (rows[0] if rows else None), before

    def read(
        self, version: Version, before: Version | None, *, language: str | None = None
    ) -> tuple[Reading, list[Language]]:
        """The version in the language asked for, or the one that suits the reader; and all it is written in."""
        points = version.points
        written = written_in(points)
        own = self.mine.language if self.mine else None
        told = reading(
            version, before, names=self.names, language=chosen(language, written, own), points=points
        )
        return told, [Language(code) for code in written]

    def read_in_each(self, version: Version) -> list[tuple[Language, Reading]]:
        """The version in each language that it is written in, without what it was before."""
        points = version.points
        return [
            (Language(code), reading(version, None, names=self.names, language=code, points=points))
            for code in written_in(points)
        ]

    @property
    def url(self) -> str:
        return reverse("community:mediation_agreement", args=[self.case.pk])

    def crumbs(self, *, below: bool = True) -> list[dict[str, str]]:
        """The way back; for the pages below the agreement it is part of it."""
        way = crumbs(self.case)
        return [*way, {"title": _("Agreement"), "url": self.url}] if below else way
