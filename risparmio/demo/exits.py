"""A household moves on: both sides sign what it takes along, and once that is paid the agreement ends."""

from __future__ import annotations

from functools import partial

from django.utils import timezone

from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.schedule import first_of
from risparmio.agreements.words import State
from risparmio.payments.models import Payout
from risparmio.payments.words import Purpose
from risparmio.payments.words import State as Paid

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
    SavingsAgreement.objects.filter(pk=saver.agreement.pk).update(state=State.LEAVING)


def _sign(stage: Stage, saver: Saver) -> None:
    """The final statement: the agency writes it and signs, and the household after it."""


def _give_back(stage: Stage, saver: Saver) -> None:
    agreement = SavingsAgreement.objects.select_related("ledger").get(pk=saver.agreement.pk)
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


def end() -> None:
    """Of all whose money is on a statement."""
    back = {"state": State.LEAVING, "payouts__purpose": Purpose.EXIT, "payouts__state": Paid.PAID}
    for agreement in SavingsAgreement.objects.filter(**back).select_related("ledger"):
        if not agreement.held:
            SavingsAgreement.objects.filter(pk=agreement.pk).update(
                state=State.CLOSED, closed_on=timezone.localdate()
            )
