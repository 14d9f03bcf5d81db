"""Who has said which times fit: for oneself one's own, for the mediators all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from community.mediation.meetings import Meeting, MeetingState, ProposedTime, TimeAnswer
from community.safety.names import first_name
from portal.ui.words import isolated


@dataclass(frozen=True)
class TimeRow:
    """A proposed time, and the first names of those whom it fits and of those whom it does not."""

    time: ProposedTime
    fits: list[str] = field(default_factory=list)
    does_not_fit: list[str] = field(default_factory=list)

    @property
    def can_be_fixed(self) -> bool:
        return not self.time.is_past and not self.does_not_fit


@dataclass(frozen=True)
class Answers:
    """What is known of a meeting that looks for a time. `people`, how many are to come, `rows` and `missing`, those
    who have not answered, are for mediators: to others they are empty."""

    times: list[ProposedTime] = field(default_factory=list)
    mine: list[ProposedTime] = field(default_factory=list)
    has_answered: bool = False
    has_time_left: bool = False
    people: int = 0
    rows: list[TimeRow] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def none_fits_all(self) -> bool:
        return not any(row.can_be_fixed for row in self.rows)


def answers_to(meeting: Meeting, reader: Any, *, for_mediators: bool) -> Answers:
    """Nothing of others is even asked of the database where the reader does not mediate."""
    if meeting.state != MeetingState.PROPOSING:
        return Answers()
    times = list(meeting.times.all())
    given = TimeAnswer.objects.filter(time__in=times)
    given = list(given if for_mediators else given.filter(person=reader))
    mine = {answer.time_id: answer.fits for answer in given if answer.person_id == reader.pk}
    told = {
        "times": times,
        "mine": [time for time in times if mine.get(time.pk)],
        "has_answered": bool(mine),
        "has_time_left": any(not time.is_past for time in times),
    }
    if not for_mediators:
        return Answers(**told)
    # Whoever has left since does not count.
    people = {person.pk: isolated(first_name(person)) for person in meeting.room.people()}
    rows = [TimeRow(time) for time in times]
    by_time = {row.time.pk: row for row in rows}
    for answer in given:
        if person := people.get(answer.person_id):
            row = by_time[answer.time_id]
            (row.fits if answer.fits else row.does_not_fit).append(person)
    answered = {answer.person_id for answer in given}
    missing = [person for pk, person in people.items() if pk not in answered]
    return Answers(**told, people=len(people), rows=rows, missing=missing)
