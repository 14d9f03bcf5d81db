"""The desk that every page and letter names: the first of the register, which is kept in one place and nowhere else.

The register is of a room above this one, so it is named by string. Pages that must not ask the database
(portal/ui/errors.py, portal/edge.py) name no desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from itertools import groupby

from babel.dates import get_day_names
from django.apps import apps
from django.core.cache import cache
from django.utils.translation import get_language

from .week import from_to
from .whole_pages import generation, purge_pages
from .words import listed

LAGS = 60  # seconds after which a page says what the register says, should nobody have told it to forget
_KEY = "portal.ui.main_desk"


@dataclass(frozen=True)
class MainDesk:
    """Nothing of it where the register is empty. `times`: (day, from Monday = 0; opens; closes), in their order."""

    phone: str = ""
    address: str = ""
    times: tuple[tuple[int, time, time], ...] = ()

    @property
    def hours(self) -> str:
        """When it is open, on one line and in the language that is active: "lunedì–venerdì 9:00–12:30"."""
        return " · ".join(f"{_days(days)} {open_at}" for open_at, days in _alike(self.times))


def main_desk() -> MainDesk:
    """Every page asks, for its foot: one query a minute, and none in between."""
    # Under the generation of the pages, so that what is being read while the register changes is not believed after.
    return cache.get_or_set(f"{_KEY}.{generation()}", _first_of_the_register, LAGS)


def forget_main_desk() -> None:
    """The register was changed: the next page says so."""
    purge_pages()


def _first_of_the_register() -> MainDesk:
    first = apps.get_model("portal", "Desk").objects.prefetch_related("hours").first()
    if first is None:
        return MainDesk()
    times = sorted((hours.weekday, hours.opens, hours.closes) for hours in first.hours.all())
    return MainDesk(first.phone, first.address, tuple(times))


def _alike(times: Iterable[tuple[int, time, time]]) -> list[tuple[str, list[int]]]:
    """What is open when, with the days on which it is: days that follow each other and are alike stand together."""
    found: list[tuple[str, list[int]]] = []
    for day, group in groupby(times, key=lambda entry: entry[0]):
        open_at = listed(from_to(opens, closes) for _day, opens, closes in group)
        if found and found[-1][0] == open_at and found[-1][1][-1] == day - 1:
            found[-1][1].append(day)
        else:
            found.append((open_at, [day]))
    return found


def _days(days: list[int]) -> str:
    names = get_day_names("wide", locale=get_language())  # as they stand within a sentence
    first, last = names[days[0]], names[days[-1]]
    return first if len(days) == 1 else f"{first}–{last}"
