"""What comes round by itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from portal.extensions import Schedule
from portal.ledger import LimitReached

from .models import SavingsAgreement


def add_the_agencys_share() -> None:
    """Each in a transaction of its own: where the agency's account holds too little, the others get theirs, and the
    rest waits (`match_missing`) for the day after the agency has paid in."""
    for agreement in SavingsAgreement.objects.match_missing().select_related("ledger").order_by("number"):
        with suppress(LimitReached):
            agreement.match()


SCHEDULES = (
    Schedule(key="risparmio.agreements.match", run=add_the_agencys_share, every=timedelta(hours=24)),
)
