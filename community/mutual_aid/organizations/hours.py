"""What an organization's mutual aid adds up to, month by month: sums and never a person, counted by the database.

A month is told once it is over, and no correction changes its hours any more: they are added up from the journal by the
day of each booking, and what is corrected later counts, with minutes below zero, in the month in which it is corrected.
(How many shifts were held is counted by their day: who was there is often said after the month is over.)
Whoever keeps an older table finds no difference to reckon from. Only whoever was erased is no member of any month,
because nothing is left that says so. What its members give to neighbours is their own business: of each kind it is
told only where five of them or more gave in that month, and nothing that is told is made of what is not
(small_groups.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from community.mutual_aid.periods import Period, number_of
from community.mutual_aid.shifts.models import ShiftPlace
from community.mutual_aid.shifts.words import PlaceState
from community.mutual_aid.small_groups import is_told
from community.mutual_aid.time_bank.accounts import GIVEN
from community.mutual_aid.time_bank.models import HoursAccount
from portal.ledger import LedgerEntry, LedgerPosting

EXCHANGE, SHARED = "community.exchange", "community.shared"


@dataclass(frozen=True, kw_only=True)
class Month:
    """Minutes by what they were, None where too few people stand behind them; and how many shifts were held.

    `exchange` and `shared` (shifts, shared days) were given by its members, `given` and `received` in its name.
    """

    period: Period
    exchange: int | None = 0
    shared: int | None = 0
    given: int = 0
    received: int = 0
    shifts: int = 0

    @property
    def by_members(self) -> int:
        """Of what is told."""
        return (self.exchange or 0) + (self.shared or 0)

    @property
    def has_something(self) -> bool:
        return self.is_hiding or bool(self.by_members or self.given or self.received or self.shifts)

    @property
    def is_hiding(self) -> bool:
        return None in (self.exchange, self.shared)


def by_month(organization: Any, months: Sequence[Period]) -> list[Month]:
    """Of months that follow each other and are over. Three queries, whatever there is to count."""
    members = _of_members(organization, months)
    account = _of_account(organization, months)
    shifts = _shifts_held(organization, months)
    return [
        Month(
            period=period,
            exchange=members.get((number, EXCHANGE), 0),
            shared=members.get((number, SHARED), 0),
            **account.get(number, {}),
            shifts=shifts.get(number, 0),
        )
        for number, period in enumerate(months)
    ]


def _booked(months: Sequence[Period]):
    """What was booked and taken back in those months. `first_at` is when it was booked at first,
    `is_taken_back` whether that was undone in the same month."""
    return LedgerPosting.objects.filter(
        entry__at__gte=months[0].since, entry__at__lt=months[-1].until
    ).annotate(
        month=number_of("entry__at", months),
        kind=F("entry__kind"),
        first_at=Coalesce("entry__reverses__at", "entry__at"),
        is_taken_back=Exists(
            LedgerEntry.objects.filter(reverses=OuterRef("entry"))
            .annotate(then=number_of("at", months))
            .filter(then=OuterRef("month"))
        ),
    )


def _of_members(organization: Any, months: Sequence[Period]) -> dict[tuple[int, str], int | None]:
    """By whoever was a member when they gave: that somebody joins or leaves later changes no month."""
    memberships = organization.members.filter(person=OuterRef("account__hours_account__person"))
    member_then = memberships.filter(
        Q(until=None) | Q(until__gt=OuterRef("first_at")), since__lte=OuterRef("first_at")
    )
    accounts = HoursAccount.objects.filter(person__in=organization.members.values("person"))
    given = _booked(months).filter(
        GIVEN,
        Exists(member_then),
        account__in=accounts.values("ledger"),
        entry__kind__in=[EXCHANGE, SHARED],
    )
    sums = given.order_by().values_list("month", "kind")
    who_gave = Count("account", distinct=True, filter=Q(entry__reverses=None, is_taken_back=False))
    sums = sums.annotate(minutes=Sum("amount"), people=who_gave)
    return {(month, kind): minutes if is_told(people) else None for month, kind, minutes, people in sums}


def _of_account(organization: Any, months: Sequence[Period]) -> dict[int, dict[str, int]]:
    postings = _booked(months).filter(account__hours_account__organization=organization, kind=EXCHANGE)
    sums = postings.order_by().values_list("month")
    sums = sums.annotate(
        given=Sum("amount", filter=GIVEN, default=0),
        received=Sum("amount", filter=~GIVEN, default=0),
    )
    return {month: {"given": given, "received": -received} for month, given, received in sums}


def has_free_shifts(organization: Any, months: Sequence[Period]) -> bool:
    """Whether some of those that were held bring no hours in the time bank."""
    return _places_held(organization, months).filter(shift__plan__credits_hours=False).exists()


def _places_held(organization: Any, months: Sequence[Period]) -> QuerySet:
    """In shifts of the organization, those of people who were seen by another."""
    return ShiftPlace.objects.filter(
        state=PlaceState.ATTENDED,
        is_vouched=True,
        shift__plan__host=organization,
        shift__starts_at__gte=months[0].since,
        shift__starts_at__lt=months[-1].until,
    )


def _shifts_held(organization: Any, months: Sequence[Period]) -> dict[int, int]:
    places = _places_held(organization, months).annotate(month=number_of("shift__starts_at", months))
    sums = places.order_by().values_list("month").annotate(shifts=Count("shift", distinct=True))
    return dict(sums)


def lines(months: Sequence[Month]) -> Iterator[tuple[Period, str, int | None]]:
    """Month, kind and minutes, for a table: what was nothing is left out, what is not told stays without its figure."""
    for month in months:
        for kind in ("exchange", "shared", "given", "received"):
            if (minutes := getattr(month, kind)) != 0:
                yield month.period, kind, minutes
