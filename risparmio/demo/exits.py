"""A household moves on: both sides sign what it takes along, and once that is paid the agreement ends."""

from __future__ import annotations

from functools import partial

from django.utils import timezone

from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.schedule import first_of
from risparmio.payments.models import Payout
from risparmio.payments.words import Purpose

from .clock import DAY, at, next_working, working
from .paying_out import approve
from .savers import Saver
from .stage import Stage


def plan(stage: Stage, saver: Saver) -> None:
    """Once the statement of the last month is there, so that nothing more comes in."""
    left = saver.tenancy.left_on
    day = working(max(left, first_of(left) + 5 * DAY))
    stage.diary.on(at(day, 9, 40), partial(begin, stage, saver))
    stage.diary.on(at(day, 9, 50), partial(_sign, stage, saver))
    stage.diary.on(at(day, 10), partial(_give_back, stage, saver))


def begin(stage: Stage, saver: Saver) -> None:
    """Nothing is promised any more for the month in which they go."""
    leaves = saver.tenancy.left_on or saver.tenancy.ends_on
    _of(saver).begin_exit(by=stage.caseworker, on=first_of(leaves) - DAY)


def write_statement(stage: Stage, saver: Saver) -> FinalStatement:
    """The agency writes the final one and signs."""
    statement = FinalStatement.draw(_of(saver), by=stage.caseworker, client_id=stage.new_id())
    statement.sign(by=stage.caseworker)
    return statement


def _sign(stage: Stage, saver: Saver) -> None:
    """And the household after it; whoever comes to the desk with cash signs a paper there."""
    statement = write_statement(stage, saver)
    if saver.way == "cash":
        statement.sign(by=stage.treasurer, on_paper=True)
    else:
        statement.sign(by=saver.adults[0])


def _give_back(stage: Stage, saver: Saver) -> None:
    agreement = _of(saver)
    payout = Payout.request(
        agreement,
        by=saver.adults[0],
        client_id=stage.new_id(),
        cents=agreement.held,
        purpose=Purpose.EXIT,
        payee=saver.name,
        iban=saver.iban,
    )
    approve(stage, payout, next_working(timezone.localdate()))


def _of(saver: Saver) -> SavingsAgreement:
    """As it stands now."""
    return SavingsAgreement.objects.with_household().get(pk=saver.agreement.pk)
