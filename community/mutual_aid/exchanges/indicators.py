"""What exchanges add up to: for the agency's day, and by quarter and municipality for the page of figures.

No figure of fewer than five people is told, and none can be reckoned from others: quarters do not overlap and are told
once they are over; whatever is added up is added up from what is told; and the figures of the last days, whose end
moves on, go in fives. A quarter that is over does not change: it is added up from the journal of hours by the day of
each booking, so that what is settled or corrected later counts, with what is taken back below zero, in the quarter in
which that happens, and whoever was erased since is still one who took part. From today's figures and those of last
year nobody reckons what two people did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Case, Exists, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.periods import Period, number_of
from community.mutual_aid.small_groups import SMALLEST_GROUP, in_fives, is_told
from community.mutual_aid.time_bank.accounts import GIVEN
from community.mutual_aid.time_bank.words import Holder
from portal.extensions import Indicator
from portal.ledger import LedgerEntry, LedgerPosting

from .models import Exchange
from .querysets import ExchangeQuerySet
from .words import STEP


def _confirmed(since: datetime, until: datetime) -> ExchangeQuerySet:
    return Exchange.objects.confirmed().filter(booked_at__gte=since, booked_at__lt=until)


def _people_in(exchanges: ExchangeQuerySet):
    """Each once: whoever gave and whoever received. Those who were erased are not known."""
    givers = exchanges.exclude(giver=None).order_by().values_list("giver")
    return givers.union(exchanges.exclude(receiver=None).order_by().values_list("receiver"))


def people_active(since: datetime, until: datetime) -> int:
    """People who gave or received something that both confirmed; in fives, 0 where they are fewer."""
    return in_fives(_people_in(_confirmed(since, until)).count())


def exchanges_confirmed(since: datetime, until: datetime) -> int:
    exchanges = _confirmed(since, until)
    return in_fives(exchanges.count()) if people_active(since, until) else 0


MINUTES_ROUNDED = SMALLEST_GROUP * STEP


def minutes_given(since: datetime, until: datetime) -> int:
    minutes = _confirmed(since, until).aggregate(sum=Sum("booked_minutes"))["sum"] or 0
    return in_fives(minutes, of=STEP) if people_active(since, until) else 0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of a municipality in a period, or of several together. `people` gave or received of their own, an organization's
    hours are nobody's; `exchanges` and `minutes` are those booked without those taken back."""

    people: int
    exchanges: int
    minutes: int


@dataclass(frozen=True)
class Told:
    """What may be told of some periods: `cells` by period and municipality, without those of too few people; `together`
    by period, of what stands in the cells and of nothing else."""

    periods: Sequence[Period]
    municipalities: Sequence[Any]
    cells: dict[tuple[Period, Any], Figures]
    together: dict[Period, Figures]


def _booked(periods: Sequence[Period]):
    """What was booked for exchanges in these periods, and taken back, with `period` and `town` (ids).

    `is_taken_back` says whether it was undone in the same period."""
    about = f"{Exchange._meta.label_lower}:"
    number = Cast(Substr(OuterRef("entry__about"), len(about) + 1), BigIntegerField())
    return LedgerPosting.objects.filter(
        entry__about__startswith=about,
        entry__at__gte=periods[0].since,
        entry__at__lt=periods[-1].until,
    ).annotate(
        period=number_of("entry__at", periods),
        town=Subquery(Exchange.objects.filter(pk=number).order_by().values("municipality")[:1]),
        is_taken_back=Exists(
            LedgerEntry.objects.filter(reverses=OuterRef("entry"))
            .annotate(then=number_of("at", periods))
            .filter(then=OuterRef("period"))
        ),
    )


def figures_of(periods: Sequence[Period]) -> Told:
    """Of periods that follow each other and are over. Three queries, whatever there is to count."""
    booked = _booked(periods)
    sums = booked.filter(GIVEN).order_by().values_list("period", "town")
    one = Case(When(entry__reverses=None, then=Value(1)), default=Value(-1))
    sums = sums.annotate(exchanges=Sum(one), minutes=Sum("amount"))
    took_part = booked.filter(
        entry__reverses=None, is_taken_back=False, account__hours_account__kind=Holder.PERSON
    )
    people = list(took_part.order_by().values_list("period", "town", "account").distinct())
    crowd = Counter((period, town) for period, town, _person in people)
    towns = apps.get_model("portal", "Municipality").objects.in_bulk({town for _period, town in crowd})
    cells = {
        (period, town): Figures(people=crowd[period, town], exchanges=exchanges, minutes=minutes)
        for period, town, exchanges, minutes in sums
        if is_told(crowd[period, town])
    }
    together = {}
    for number, period in enumerate(periods):
        told = {town: cell for (n, town), cell in cells.items() if n == number}
        if told:
            together[period] = Figures(
                people=len({person for n, town, person in people if n == number and town in told}),
                exchanges=sum(cell.exchanges for cell in told.values()),
                minutes=sum(cell.minutes for cell in told.values()),
            )
    return Told(
        periods=periods,
        municipalities=sorted(towns.values(), key=str),
        cells={(periods[number], towns[town]): cell for (number, town), cell in cells.items()},
        together=together,
    )


INDICATORS = (
    Indicator(
        key="community.people_active", label=_("People active in mutual aid"), value=people_active, order=40
    ),
    Indicator(
        key="community.exchanges_confirmed",
        label=_("Exchanges confirmed"),
        value=exchanges_confirmed,
        order=41,
    ),
    Indicator(
        key="community.minutes_given",
        label=_("Time given to neighbours"),
        value=minutes_given,
        unit="minutes",
        order=42,
    ),
)
