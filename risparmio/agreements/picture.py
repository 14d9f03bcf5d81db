"""What a household's page shows: how much is theirs, how far the goal is, what was promised and paid. Cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.numbers import format_percent

from portal.ui.languages import locale

from .models import SavingsAgreement
from .schedule import Month, ahead_until, next_due, still_due


@dataclass(frozen=True)
class Picture:
    """An agreement as of a day, computed once for a page."""

    agreement: SavingsAgreement
    held: int
    months: list[Month]
    today: date

    @classmethod
    def of(cls, agreement: SavingsAgreement, today: date) -> Picture:
        return cls(agreement, agreement.held, agreement.months(today), today)

    @property
    def missing_to_goal(self) -> int:
        return max(0, self.agreement.goal_cents - self.held)

    @property
    def share(self) -> str:
        """Of the goal, as the reader writes it: "36%". Rounded down: a hundred is reached, and not before."""
        return format_percent(
            min(100, 100 * max(0, self.held) // self.agreement.goal_cents) / 100, locale=locale()
        )

    @property
    def reached(self) -> bool:
        return not self.missing_to_goal

    @property
    def next(self) -> Month | None:
        """What comes next, or has been waiting longest."""
        return next_due(self.months, self.today)

    @property
    def still_due(self) -> int:
        return still_due(self.months, self.today)

    @property
    def behind(self) -> list[date]:
        """The months of which `still_due` is made, the oldest first."""
        return [row.month for row in self.months if row.missing and row.due < self.today]

    @property
    def ahead_until(self) -> date | None:
        """The last month still to come that is paid already; None for whoever has paid nothing ahead."""
        return ahead_until(self.months, self.today)

    @property
    def so_far(self) -> list[Month]:
        """The months up to this one, the last first: what comes later nobody has to read today."""
        return [row for row in reversed(self.months) if row.month <= self.today]

    @property
    def would_receive(self) -> int:
        """If the household left today: all of it. Nothing is ever kept back, whatever was promised."""
        return self.held
