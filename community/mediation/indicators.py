"""What mediations add up to. Of fewer than five cases nothing is told, and no case can be told from what is.

Figures are added up from what stands in clear in a case, which is there when what was said is destroyed. None of them
is a part of another one, and no sum is told: no hidden number is what is left of a sum. A quarter is told when it is
over, and does not change then, because nothing is counted by a moment that moves; the figures of the last days, whose
end moves on, go in fives. How long it took is told in whole weeks: not to the day, which somebody might know of a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from statistics import median

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.periods import Period
from community.mutual_aid.small_groups import in_fives, is_told
from portal.extensions import Indicator

from .models import Case
from .words import AGREED_ON, Outcome

_MOMENTS = ("asked_at", "begun_at", "closed_at", "kept_after_1_at", "kept_after_3_at")


def asked(since: datetime, until: datetime) -> int:
    return in_fives(_between("asked_at", since, until).count())


def agreed(since: datetime, until: datetime) -> int:
    return in_fives(_between("closed_at", since, until).filter(outcome__in=AGREED_ON).count())


def kept_after_1(since: datetime, until: datetime) -> int:
    return in_fives(_between("kept_after_1_at", since, until).count())


def kept_after_3(since: datetime, until: datetime) -> int:
    return in_fives(_between("kept_after_3_at", since, until).count())


def _between(moment: str, since: datetime, until: datetime):
    return Case.objects.filter(**{f"{moment}__gte": since, f"{moment}__lt": until})


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of a period; None for what is of fewer than five cases.

    `weeks_to_talk` and `weeks_to_end` are those after which half of the cases had come so far: of those that came to
    their first talk in the period, of those that ended in it. `kept_after_1` and `kept_after_3` are agreements that all
    who made them found kept, a month and three months later.
    """

    period: Period
    asked: int | None = None
    ended: dict[str, int | None] = field(default_factory=dict)
    weeks_to_talk: int | None = None
    weeks_to_end: int | None = None
    kept_after_1: int | None = None
    kept_after_3: int | None = None

    @property
    def tells_something(self) -> bool:
        told = (self.asked, self.weeks_to_talk, self.weeks_to_end, self.kept_after_1, self.kept_after_3)
        return any(number is not None for number in (*told, *self.ended.values()))


def figures_of(periods: Sequence[Period]) -> list[Figures]:
    """Of periods that follow each other and are over. One query, whatever there is to count."""
    since, until = periods[0].since, periods[-1].until
    in_them = [Q(**{f"{moment}__gte": since, f"{moment}__lt": until}) for moment in _MOMENTS]
    rows = list(Case.objects.filter(reduce(or_, in_them)).order_by().values("outcome", *_MOMENTS))
    return [_figures(period, rows) for period in periods]


def _figures(period: Period, rows: list[dict]) -> Figures:
    def within(moment: str) -> list[dict]:
        return [row for row in rows if row[moment] is not None and period.since <= row[moment] < period.until]

    ended = within("closed_at")
    outcomes = Counter(row["outcome"] for row in ended)
    return Figures(
        period=period,
        asked=_told(len(within("asked_at"))),
        ended={outcome: _told(outcomes[outcome]) for outcome in Outcome},
        weeks_to_talk=_weeks([row["begun_at"] - row["asked_at"] for row in within("begun_at")]),
        weeks_to_end=_weeks([row["closed_at"] - row["asked_at"] for row in ended]),
        kept_after_1=_told(len(within("kept_after_1_at"))),
        kept_after_3=_told(len(within("kept_after_3_at"))),
    )


def _told(number: int) -> int | None:
    return number if is_told(number) else None


def _weeks(times: list[timedelta]) -> int | None:
    """The median, rounded to whole weeks."""
    return round(median(times) / timedelta(weeks=1)) if is_told(len(times)) else None


INDICATORS = (
    Indicator(
        key="community.mediations_asked", label=_("Mediations asked for, in fives"), value=asked, order=50
    ),
    Indicator(
        key="community.mediations_agreed",
        label=_("Mediations that ended with an agreement, in fives"),
        value=agreed,
        order=51,
    ),
    Indicator(
        key="community.agreements_kept_1",
        label=_("Agreements kept after a month, in fives"),
        value=kept_after_1,
        order=52,
    ),
    Indicator(
        key="community.agreements_kept_3",
        label=_("Agreements kept after three months, in fives"),
        value=kept_after_3,
        order=53,
    ),
)
