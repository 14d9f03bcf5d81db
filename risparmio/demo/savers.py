"""Who puts money aside, how much and in which way: forty households, each with habits of its own. Amounts in cents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.apps import apps

from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.schedule import due_in, first_of, following, months
from risparmio.agreements.words import Goal

from .clock import working
from .ibans import HOUSEHOLDS, iban

_LAST_DAY_TO_PAY = 25  # so that it is on the statement of its month, whatever days banks work


@dataclass(kw_only=True)
class Saver:
    """`skips`: months, counted from 0, in which nothing comes, and the next payment is as much more. `pauses`: months
    agreed to be free. `change`: from which month on another amount holds. `behind`: how many of the last months that
    were due have not been paid."""

    tenancy: Any
    adults: list[Any]
    cents: int
    due_day: int
    goal: str
    iban: str
    match_percent: int = 0
    way: str = "transfer"  # or cash, or a parish that pays for them
    skips: frozenset[int] = frozenset()
    pauses: range = range(0)
    change: tuple[int, int] | None = None
    behind: int = 0
    is_punctual: bool = True
    forgets_reference_in: int | None = None
    slip_in: int | None = None
    agreement: SavingsAgreement = field(init=False)

    @property
    def name(self) -> str:
        return self.adults[0].display_name

    @property
    def opens_on(self) -> date:
        return working(self.tenancy.starts_on)

    @property
    def starts_on(self) -> date:
        """Whoever comes when the day of this month has passed begins with the next one."""
        return (
            self.opens_on
            if self.opens_on <= due_in(self.opens_on, self.due_day)
            else following(self.opens_on)
        )

    @property
    def goal_cents(self) -> int:
        """What comes together in the time of the agreement, in round figures."""
        whole = len(list(months(self.starts_on, self.tenancy.ends_on))) * self.cents
        return max(50_000, round(whole / 10_000) * 10_000)

    def month(self, place: int) -> date:
        """The first day of the month of that number, from 0."""
        found = first_of(self.starts_on)
        for _step in range(place):
            found = following(found)
        return found

    def promised(self, place: int) -> int:
        if place in self.pauses:
            return 0
        return self.change[1] if self.change and place >= self.change[0] else self.cents

    def payments(self, yesterday: date, dice: random.Random) -> Iterator[tuple[int, date, int]]:
        """(number of the month, day, cents) of what comes in by that day."""
        left = self.tenancy.left_on
        last = first_of(left) - timedelta(days=1) if left else yesterday
        due = [month for month in months(self.starts_on, last) if due_in(month, self.due_day) <= yesterday]
        missing = 0
        for place, month in enumerate(months(self.starts_on, last)):
            early_or_late = dice.randint(-4, -2) if self.is_punctual else dice.randint(-2, 3)
            if self.behind and place >= len(due) - self.behind:
                return
            missing += self.promised(place)
            if place in self.skips or place in self.pauses:
                continue
            day = month.replace(day=min(max(self.due_day + early_or_late, 1), _LAST_DAY_TO_PAY))
            if (day := working(max(day, self.starts_on + timedelta(days=1)))) <= yesterday:
                yield place, day, missing
                missing = 0


# What is told of the personas, and of some others so that each way to save is there.
_HABITS: dict[str, dict[str, Any]] = {
    # Goes well; once nothing came, and then there was a month of pause.
    "Samira Haddad": {
        "cents": 8_000, "due_day": 10, "goal": Goal.DEPOSIT, "match_percent": 10, "skips": frozenset({2}),
        "pauses": range(3, 4),
    },
    # The last two months are not there yet, and a smaller amount is proposed.
    "Marco Bellini": {"cents": 9_000, "due_day": 5, "goal": Goal.FURNITURE, "behind": 2},
    # Has asked for a part of it, which is on its way.
    "Ionela Munteanu": {"cents": 7_000, "due_day": 8, "goal": Goal.FURNITURE, "match_percent": 10},
    "Aïssatou Ba": {"cents": 4_000, "due_day": 12, "goal": Goal.DEPOSIT, "way": "parish"},
    "Carmela Russo": {"cents": 3_000, "due_day": 7, "goal": Goal.RESERVE, "way": "cash", "slip_in": 2},
    "Maria Teresa Longo": {"cents": 5_000, "due_day": 6, "goal": Goal.FIRST_RENT, "way": "cash"},
    "Giuseppe Ferraro": {"cents": 6_000, "due_day": 9, "goal": Goal.DEPOSIT, "way": "cash"},
    "Julio Quispe": {"cents": 10_000, "due_day": 5, "goal": Goal.DEPOSIT},
    "Patrizia Greco": {"cents": 5_500, "due_day": 10, "goal": Goal.RESERVE, "behind": 1},
    "Massimo Testa": {"cents": 8_500, "due_day": 4, "goal": Goal.DEPOSIT},
    "Karim Nasser": {"cents": 6_000, "due_day": 15, "goal": Goal.DEPOSIT, "forgets_reference_in": 3},
    "Salvatore Arena": {"cents": 7_500, "due_day": 6, "goal": Goal.DEPOSIT, "skips": frozenset({5, 6})},
}  # fmt: skip

_AMOUNTS = (4_000, 5_000, 5_000, 6_000, 7_500, 8_000, 10_000, 12_000)


def savers(dice: random.Random) -> list[Saver]:
    """Every household that lives or lived under a service agreement, in the order in which they came."""
    Tenancy = apps.get_model("portal", "Tenancy")
    tenancies = (
        Tenancy.objects.filter(kind="service_agreement")
        .select_related("household", "dwelling__building")
        .prefetch_related("household__members__person")
        .order_by("starts_on", "id")
    )
    return [_saver(tenancy, number, dice) for number, tenancy in enumerate(tenancies)]


def _saver(tenancy: Any, number: int, dice: random.Random) -> Saver:
    members = sorted(tenancy.household.members.all(), key=lambda member: member.person_id)
    adults = [member.person for member in members]
    habits = {
        "cents": dice.choice(_AMOUNTS),
        "due_day": dice.randint(4, 16),
        "goal": dice.choice(list(Goal)),
        "match_percent": dice.choice((0, 0, 10, 20)),
        "is_punctual": number % 3 > 0,
        "way": "cash" if number % 5 == 2 else "transfer",
        "skips": frozenset({dice.randint(2, 9)} if number % 3 == 0 else ()),
        "pauses": range(6, 8) if number % 9 == 4 else range(0),
        "forgets_reference_in": dice.randint(2, 6) if number % 8 == 1 else None,
    }
    if number % 7 == 3:
        habits["change"] = (5, max(2_000, habits["cents"] // 2))
    told = next((_HABITS[one.display_name] for one in adults if one.display_name in _HABITS), None)
    if told is not None:
        habits = told
    return Saver(tenancy=tenancy, adults=adults, iban=iban(HOUSEHOLDS + number), **habits)
