"""Which quarter-hours a desk has, and which of them are free.

A quarter-hour is a whole number: quarter-hours of UTC since 1970. What is counted so exists once, cannot lie between
two others, and follows the one before it also in the night in which the clocks are changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import cached_property

QUARTER = 15 * 60  # seconds


def quarter_of(moment: datetime) -> int:
    """The quarter-hour in which a moment falls."""
    return int(moment.timestamp()) // QUARTER


def moment_of(quarter: int) -> datetime:
    """When it begins, in UTC."""
    return datetime.fromtimestamp(quarter * QUARTER, UTC)


def day_of(quarter: int) -> date:
    """The day that it is in Rome when it begins."""
    return datetime.fromtimestamp(quarter * QUARTER, zone()).date()


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def quarters_of_day(day: date) -> range:
    """All of a day in Rome: 96 of them, 92 or 100 where the clocks are changed."""
    first, after = (
        int(datetime.combine(when, time(0), zone()).timestamp()) // QUARTER
        for when in (day, day + timedelta(days=1))
    )
    return range(first, after)


def quarters_between(day: date, opens: time, closes: time) -> list[int]:
    """Those that lie wholly between two times of a day in Rome.

    A time that does not exist (clocks go forward) is when they were put forward; of one that exists twice (clocks go
    back) the first is meant. What lies between them counts with all the hours that the night really has.
    """
    start = min(_seconds(day, opens, fold) for fold in (0, 1))
    end = _seconds(day, closes, 0)
    first, last = datetime.combine(day, opens), datetime.combine(day, closes)
    found = []
    for quarter in range(-(-start // QUARTER), end // QUARTER):
        wall = datetime.fromtimestamp(quarter * QUARTER, zone()).replace(tzinfo=None, fold=0)
        if first <= wall and wall + timedelta(seconds=QUARTER) <= last:
            found.append(quarter)
    return found


def _seconds(day: date, at: time, fold: int) -> int:
    return int(datetime.combine(day, at, zone()).replace(fold=fold).timestamp())


def runs(quarters: Iterable[int]) -> Iterator[list[int]]:
    """Those that follow each other without a gap, together."""
    run: list[int] = []
    for quarter in sorted(quarters):
        if run and quarter != run[-1] + 1:
            yield run
            run = []
        run.append(quarter)
    if run:
        yield run


@dataclass(frozen=True)
class Slot:
    """A beginning that can be had, and the ids of the counters that have the time for it, best first."""

    quarter: int
    counters: tuple[int, ...]

    @property
    def starts_at(self) -> datetime:
        return moment_of(self.quarter)

    @property
    def clock(self) -> str:
        return clock(self.quarter)


def clock(quarter: int) -> str:
    """What the clock says when it begins: "09:15"; of an hour that exists twice, which of the two: "02:15 (UTC+1)"."""
    local = datetime.fromtimestamp(quarter * QUARTER, zone())
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return f"{local:%H:%M}"
    return f"{local:%H:%M} (UTC+{local.utcoffset() // timedelta(hours=1)})"


class Diary:
    """What a desk has between two days, both included. Made for one page or one booking, and forgotten."""

    def __init__(self, desk, first: date, last: date, *, ignoring=None) -> None:
        """`ignoring` is an appointment whose own quarter-hours count as free: the one that is moved."""
        from .models import AppointmentCell

        self.desk, self.first, self.last = desk, first, last
        self._hours: dict[int, list[tuple[time, time]]] = {}
        for hours in desk.hours.all():
            self._hours.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
        self._closures = list(desk.closures.filter(first_day__lte=last, last_day__gte=first))
        self._counters = list(desk.counters.filter(is_open=True).prefetch_related("shifts"))
        self._cells = AppointmentCell.objects.of_desk(
            desk, quarters_of_day(first)[0], quarters_of_day(last)[-1]
        )
        if ignoring is not None:
            self._cells = self._cells.exclude(appointment=ignoring)

    @cached_property
    def _taken(self) -> set[tuple[int, int]]:
        return set(self._cells.standing().values_list("counter_id", "quarter"))

    def closure_on(self, day: date):
        """The closure that falls on that day, or None."""
        return next((shut for shut in self._closures if shut.first_day <= day <= shut.last_day), None)

    def open_quarters(self, day: date) -> list[int]:
        """When the desk is open on that day, whoever is there."""
        if self.closure_on(day):
            return []
        times = self._hours.get(day.weekday(), ())
        return sorted(
            {quarter for opens, closes in times for quarter in quarters_between(day, opens, closes)}
        )

    def counters_on(self, day: date, language: str = "") -> list:
        """The counters at which somebody sits on that day, who speaks the language if one is asked for.

        Those with few languages come first: the others are kept for whoever needs them.
        """
        there = [counter for counter in self._counters if counter.is_staffed_on(day.weekday())]
        if language:
            there = [counter for counter in there if language in counter.languages_on(day.weekday())]
        return sorted(
            there,
            key=lambda counter: (len(counter.languages_on(day.weekday())), counter.position, counter.pk),
        )

    def languages(self) -> set[str]:
        """All that are spoken here on some day."""
        return {code for counter in self._counters for day in range(7) for code in counter.languages_on(day)}

    def free(self, day: date, quarters: int, *, language: str = "", earliest: int = 0) -> list[Slot]:
        """The beginnings from `earliest` on at which something of that many quarter-hours can begin, in their order.

        They are laid end to end from the beginning of what is free, so that no holes are left that fit nothing.
        """
        open_ = self.open_quarters(day)
        found: dict[int, list[int]] = {}
        for counter in self.counters_on(day, language):
            mine = (q for q in open_ if q >= earliest and (counter.pk, q) not in self._taken)
            for run in runs(mine):
                for start in range(run[0], run[-1] + 2 - quarters, quarters):
                    found.setdefault(start, []).append(counter.pk)
        return [Slot(quarter, tuple(found[quarter])) for quarter in sorted(found)]

    def counters_free_at(self, quarter: int, quarters: int, *, language: str = "") -> list:
        """The counters that have all those quarter-hours free and in opening hours."""
        day = day_of(quarter)
        wanted = range(quarter, quarter + quarters)
        if not set(wanted) <= set(self.open_quarters(day)):
            return []
        return [
            counter
            for counter in self.counters_on(day, language)
            if not any((counter.pk, one) in self._taken for one in wanted)
        ]

    def days(self, quarters: int, *, language: str = "", earliest: int = 0) -> list[tuple[date, list[Slot]]]:
        """The days on which something is free, each with what is."""
        every = (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))
        found = ((day, self.free(day, quarters, language=language, earliest=earliest)) for day in every)
        return [(day, slots) for day, slots in found if slots]
