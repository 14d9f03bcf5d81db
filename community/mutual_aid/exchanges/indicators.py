"""The agency's figures of exchanges, between two moments. A group of fewer than five people is not shown: 0 is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from portal.extensions import Indicator

from .models import Exchange
from .querysets import ExchangeQuerySet

SMALLEST_GROUP = 5


def _confirmed(since: datetime, until: datetime) -> ExchangeQuerySet:
    return Exchange.objects.confirmed().filter(state_since__gte=since, state_since__lt=until)


def _people(exchanges: ExchangeQuerySet) -> set[int]:
    pairs = exchanges.values_list("giver", "receiver")
    return {person for pair in pairs for person in pair if person is not None}


def people_active(since: datetime, until: datetime) -> int:
    """People who gave or received something that both confirmed."""
    return _shown(len(_people(_confirmed(since, until))))


def exchanges_confirmed(since: datetime, until: datetime) -> int:
    exchanges = _confirmed(since, until)
    return exchanges.count() if people_active(since, until) else 0


def minutes_given(since: datetime, until: datetime) -> int:
    exchanges = _confirmed(since, until)
    return (exchanges.aggregate(sum=Sum("booked_minutes"))["sum"] or 0) if people_active(since, until) else 0


def _shown(people: int) -> int:
    return people if people >= SMALLEST_GROUP else 0


@dataclass(frozen=True, kw_only=True)
class InTown:
    municipality: object
    people: int
    exchanges: int
    minutes: int


def by_municipality(since: datetime, until: datetime) -> list[InTown]:
    """The same figures for each municipality; one with a group that is too small is left out."""
    people: dict[int, set[int]] = {}
    counts: dict[int, int] = {}
    minutes: dict[int, int] = {}
    rows = _confirmed(since, until).values_list("municipality", "giver", "receiver", "booked_minutes")
    for town, giver, receiver, booked in rows:
        people.setdefault(town, set()).update({giver, receiver} - {None})
        counts[town] = counts.get(town, 0) + 1
        minutes[town] = minutes.get(town, 0) + booked
    towns = apps.get_model("portal", "Municipality").objects.filter(pk__in=people).order_by("name")
    return [
        InTown(
            municipality=town,
            people=len(people[town.pk]),
            exchanges=counts[town.pk],
            minutes=minutes[town.pk],
        )
        for town in towns
        if len(people[town.pk]) >= SMALLEST_GROUP
    ]


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
