"""What the savings of all add up to. Of fewer than five households nothing is told (None), and nobody's deposit can be
told from two figures of which the second is of a day later: sums go in hundreds of euros, households in fives."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.extensions import Indicator
from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import SavingsAgreement
from risparmio.book.accounts import book_of_money

from .saving import standings

SMALLEST_GROUP = 5  # households [rule]
STEP, AVERAGE_STEP = 10_000, 1_000  # cents
EXITS = timedelta(days=365)  # so many days back: in a month few households leave


def held(since: datetime, until: datetime) -> int | None:
    """Cents of all households at the end of the period."""
    book = book_of_money()
    households = book.accounts.filter(code__startswith="household-")
    amounts = [-cents for cents in households.balances(book, _last_day(until)).values() if cents]
    return sum(amounts) // STEP * STEP if len(amounts) >= SMALLEST_GROUP else None


def running(since: datetime, until: datetime) -> int | None:
    return _in_fives(len(standings(_last_day(until))))


def on_track(since: datetime, until: datetime) -> int | None:
    """Agreements in which nothing is late at the end of the period."""
    return _in_fives(sum(not one.is_late for one in standings(_last_day(until))))


def average_at_exit(since: datetime, until: datetime) -> int | None:
    """Cents that a household took along, of those who left in the year up to the end of the period: what its final
    statement says, however it was paid out."""
    last = _last_day(until)
    left = SavingsAgreement.objects.filter(closed_on__gt=last - EXITS, closed_on__lte=last)
    # Of several the newest counts, which is the one that both have signed.
    took = FinalStatement.objects.filter(agreement__in=left).order_by("id")
    sums = dict(took.values_list("agreement", "left_cents")).values()
    if len(sums) < SMALLEST_GROUP:
        return None
    return sum(sums) // len(sums) // AVERAGE_STEP * AVERAGE_STEP


def _in_fives(number: int) -> int | None:
    return None if number < SMALLEST_GROUP else number // SMALLEST_GROUP * SMALLEST_GROUP


def _last_day(until: datetime) -> date:
    return timezone.localdate(until)


INDICATORS = (
    Indicator(
        key="risparmio.held",
        label=_("Savings of all households, in hundreds of euros"),
        value=held,
        unit="cents",
        order=70,
    ),
    Indicator(
        key="risparmio.on_track",
        label=_("Savings agreements in which nothing is late, in fives"),
        value=on_track,
        order=71,
    ),
    Indicator(key="risparmio.running", label=_("Savings agreements, in fives"), value=running, order=72),
    Indicator(
        key="risparmio.average_at_exit",
        label=_("What a household took along, on average of the last year"),
        value=average_at_exit,
        unit="cents",
        order=73,
    ),
)
