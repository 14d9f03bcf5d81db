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
from django.db.models import Prefetch
from django.utils.functional import cached_property

from portal.housing.holidays import holidays, is_holiday

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


class Entries:
    """What some desks have between two days, both included: of many for as many queries as of one."""

    def __init__(self, desks, first: date, last: date, *, ignoring=None) -> None:
        """`ignoring` is an appointment whose own quarter-hours count as free: the one that is moved."""
        from .counters import Counter, CounterShift, DeskClosure
        from .models import AppointmentCell

        closures = DeskClosure.objects.filter(desk__in=desks, first_day__lte=last, last_day__gte=first)
        shifts = Prefetch("shifts", queryset=CounterShift.objects.select_related("staff"))
        counters = Counter.objects.filter(desk__in=desks, is_open=True).prefetch_related(shifts)
        self.closures, self.counters = list(closures), list(counters)
        self._cells = AppointmentCell.objects.of_desks(
            desks, quarters_of_day(first)[0], quarters_of_day(last)[-1]
        )
        if ignoring is not None:
            self._cells = self._cells.exclude(appointment=ignoring)

    @cached_property
    def taken(self) -> set[tuple[int, int]]:
        return set(self._cells.standing().values_list("counter_id", "quarter"))


class Diary:
    """What a desk has between two days, both included. Made for one page or one booking, and forgotten."""

    def __init__(
        self, desk, first: date, last: date, *, ignoring=None, entries: Entries | None = None
    ) -> None:
        """`entries` are those of several desks, where they are read together; `ignoring` as for them."""
        self.desk, self.first, self.last = desk, first, last
        self._hours: dict[int, list[tuple[time, time]]] = {}
        for hours in desk.hours.all():
            self._hours.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
        self._entries = entries or Entries([desk], first, last, ignoring=ignoring)
        self._closures = [shut for shut in self._entries.closures if shut.desk_id == desk.pk]
        self._counters = [counter for counter in self._entries.counters if counter.desk_id == desk.pk]

    @property
    def _taken(self) -> set[tuple[int, int]]:
        return self._entries.taken

    def closure_on(self, day: date):
        """The closure that falls on that day, or None."""
        return next((shut for shut in self._closures if shut.first_day <= day <= shut.last_day), None)

    def closures_between(self, first: date, last: date) -> list:
        """The closures that have a day of those, both included."""
        return [shut for shut in self._closures if shut.first_day <= last and shut.last_day >= first]

    def holiday_on(self, day: date):
        """The name of the holiday for which the desk is closed on a day on which it would open, or None."""
        return holidays(day.year).get(day) if day.weekday() in self._hours else None

    def holidays_between(self, first: date, last: date) -> list:
        """Pairs of day and name: the holidays among those days, both included, for which the desk is closed."""
        named = ((day, self.holiday_on(day)) for day in _days(first, last))
        return [(day, name) for day, name in named if name and not self.closure_on(day)]

    def open_quarters(self, day: date) -> list[int]:
        """When the desk is open on that day, whoever is there. On public holidays no desk is."""
        if self.closure_on(day) or is_holiday(day):
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
            for run in self._free_runs(counter, open_, earliest):
                for start in range(run[0], run[-1] + 2 - quarters, quarters):
                    found.setdefault(start, []).append(counter.pk)
        return [Slot(quarter, tuple(found[quarter])) for quarter in sorted(found)]

    def free_spans(self, day: date, *, earliest: int = 0) -> dict[int, list[tuple[str, str]]]:
        """Of each counter's id from when to when it is free on that day, as the clock says it, from `earliest` on."""
        open_ = self.open_quarters(day)
        return {
            counter.pk: [
                (clock(run[0]), clock(run[-1] + 1)) for run in self._free_runs(counter, open_, earliest)
            ]
            for counter in self.counters_on(day)
        }

    def _free_runs(self, counter, open_: list[int], earliest: int) -> Iterator[list[int]]:
        return runs(q for q in open_ if q >= earliest and (counter.pk, q) not in self._taken)

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
        return list(self._days_free(quarters, language, earliest))

    def first_free(self, quarters: int, *, language: str = "", earliest: int = 0) -> Slot | None:
        """The first beginning that can be had."""
        return next((slots[0] for _day, slots in self._days_free(quarters, language, earliest)), None)

    def _days_free(self, quarters: int, language: str, earliest: int) -> Iterator[tuple[date, list[Slot]]]:
        for day in _days(self.first, self.last):
            if slots := self.free(day, quarters, language=language, earliest=earliest):
                yield day, slots


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
