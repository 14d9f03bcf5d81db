"""A household moves on: both sides sign what it takes along, and once it is paid the agreement ends."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.words import State
from risparmio.payments.words import Purpose
from risparmio.payments.words import State as Paid

from .savers import Saver


def begin(saver: Saver, *, by: Any) -> None:
    SavingsAgreement.objects.filter(pk=saver.agreement.pk).update(state=State.LEAVING)


def sign_final_statement(saver: Saver, *, by: Any) -> None:
    """The agency and the household."""


def end(*, by: Any) -> None:
    """Of all whose money is on a statement."""
    back = {"state": State.LEAVING, "payouts__purpose": Purpose.EXIT, "payouts__state": Paid.PAID}
    for agreement in SavingsAgreement.objects.filter(**back).select_related("ledger"):
        if not agreement.held:
            SavingsAgreement.objects.filter(pk=agreement.pk).update(
                state=State.CLOSED, closed_on=timezone.localdate()
            )
