"""The calendar of a thing: a month as weeks of days, each free, taken or mine. Whose a taken day is, nobody learns."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from babel.dates import format_date, get_day_names
from django.utils import timezone

from portal.ui.languages import locale

from .models import Thing
from .reservations import DAYS_AHEAD, Reservation

MONDAY = 0
ROOM = 4  # letters over a column on a small phone


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A day. `kind` is "free", "taken", "mine", "past", or "far" where nobody reserves yet; `url` is the query that
    chooses it on the thing's page."""

    day: date
    kind: str
    is_today: bool
    is_chosen: bool
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Month:
    first: date
    weeks: list[list[Cell | None]]
    before: str  # the months around it, as queries of the thing's page; "" where there is none to look at
    after: str

    @property
    def name(self) -> str:
        return format_date(self.first, "LLLL yyyy", locale()).capitalize()

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """Short and whole names, from Monday."""
        narrow, short, whole = (
            get_day_names(width, locale=locale()) for width in ("narrow", "abbreviated", "wide")
        )
        if max(map(len, short.values())) > ROOM:
            short = narrow
        return [(short[number], whole[number]) for number in range(7)]


def month_of(
    thing: Thing,
    loans: Iterable[Reservation],
    user,
    *,
    month: str = "",
    chosen: tuple[date | None, date | None],
    may_choose: bool = True,
) -> Month:
    """`month` is "2026-12"; nonsense, or one that nobody can reserve in, is the nearest. `loans` are all
    open ones of the thing."""
    today = timezone.localdate()
    last_day = today + timedelta(days=DAYS_AHEAD)
    first = min(
        max(_first_of(month) or (chosen[0] or today).replace(day=1), today.replace(day=1)),
        last_day.replace(day=1),
    )
    following = (first + timedelta(days=32)).replace(day=1)
    taken = _taken(thing, loans, user, first, following)

    def kind_of(day: date) -> str:
        if day < today:
            return "past"
        if day > last_day:
            return "far"
        return taken.get(day, "free")

    def cell(day: date) -> Cell | None:
        if day.month != first.month:
            return None
        kind = kind_of(day)
        return Cell(
            day=day,
            kind=kind,
            is_today=day == today,
            is_chosen=chosen[0] is not None and chosen[0] <= day <= (chosen[1] or chosen[0]),
            url=_choosing(day, chosen, first) if kind == "free" and may_choose and thing.is_available else "",
        )

    return Month(
        first=first,
        # Weeks that are over would only be in the way.
        weeks=[
            [cell(day) for day in week]
            for week in Calendar(MONDAY).monthdatescalendar(first.year, first.month)
            if week[-1] >= today
        ],
        before=_at(first - timedelta(days=1), chosen) if first > today else "",
        after=_at(following, chosen) if following <= last_day else "",
    )


def _taken(thing: Thing, loans: Iterable[Reservation], user, first: date, following: date) -> dict[date, str]:
    """The days that are somebody's, as "taken" or "mine"."""
    cells = thing.reserved_days.between(first, following).values_list(
        "day", "reservation__person", "place__person"
    )
    taken = {day: "mine" if user.pk in (borrower, waiting) else "taken" for day, borrower, waiting in cells}
    today = timezone.localdate()
    late = next((loan for loan in loans if loan.is_overdue), None)
    if late is not None:
        taken[today] = "mine" if late.person_id == user.pk else "taken"  # it is not here today
    return taken


def _first_of(month: str) -> date | None:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        return None


def _choosing(day: date, chosen: tuple[date | None, date | None], month: date) -> str:
    """The first day chosen is the beginning, a later one the end; a third begins anew."""
    begin, end = chosen
    if begin and not end and day > begin:
        return _query(month, begin, day)
    return _query(month, day, None)


def _at(day: date, chosen: tuple[date | None, date | None]) -> str:
    return _query(day, *chosen)


def _query(month: date, begin: date | None, end: date | None) -> str:
    asked = {"month": f"{month:%Y-%m}"}
    asked |= {"from": begin.isoformat()} if begin else {}
    asked |= {"until": end.isoformat()} if end else {}
    return f"?{urlencode(asked)}#calendar"


def chosen_in(query) -> tuple[date | None, date | None]:
    """What the address has chosen; nonsense is nothing."""
    days = list(_days_of(query))
    begin, end = days
    return (begin, end if begin and end and end >= begin else None)


def _days_of(query) -> Iterator[date | None]:
    for name in ("from", "until"):
        try:
            yield date.fromisoformat(query.get(name, ""))
        except ValueError:
            yield None
