"""What comes with every month: charges, cash that is carried, the banks' files, the closing of the book."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.utils import timezone

from portal.ledger import LimitReached, close
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.schedule import first_of, months
from risparmio.bank.words import Meaning
from risparmio.book.accounts import book_of_money

from .banks import CHARGE
from .clock import DAY, at, last_of, next_working, working
from .ibans import AGENCY, NEITHER, iban
from .paying_in import carry
from .stage import HOLDER, NEWS, Stage

_CHARGES, _FUNDS, _KEPT_BACK = 245, 150_000, 200  # cents


def plan(stage: Stage) -> None:
    this = first_of(stage.today)
    open_since = first_of(first_of(this - DAY) - DAY)  # with this month, three are not closed
    for month in months(stage.start, stage.today):
        _funds_and_charges(stage, month)
        # One desk in one month, the other one in the next: two equal sums on their way would be anybody's.
        carried = working(month + 21 * DAY)
        if next_working(carried) <= stage.today - NEWS:
            desk = stage.rho if month.month % 2 else stage.pero
            stage.diary.on(at(carried, 9), partial(carry, stage, desk, arrives=next_working(carried)))
        end = last_of(month)
        if (when := at(working(end + 2 * DAY), 8, 30)) < stage.now - NEWS:
            stage.diary.on(when, partial(read, stage, end, adds=month.month % 3 == 0))
            if end < open_since:
                stage.diary.on(at(working(end + 8 * DAY), 18), partial(close, book_of_money(), end))


def _funds_and_charges(stage: Stage, month: date) -> None:
    """The agency pays in what it adds to savings, and what banks charge: at the start, and in each January."""
    day = working(month + 11 * DAY)
    if day <= stage.yesterday and (month == stage.start or month.month == 1):
        stage.bank_of(day).will_tell(
            day=day,
            cents=_FUNDS,
            name=HOLDER,
            iban=iban(AGENCY, NEITHER),
            text="Quota dell'agenzia",
            means=Meaning.AGENCY,
        )
    day = working(last_of(month) - 3 * DAY)
    if day <= stage.yesterday and month.month % 3 == 0:
        stage.bank_of(day).will_tell(
            day=day, cents=-_CHARGES, text="COMPETENZE E SPESE", code=CHARGE, means=Meaning.CHARGES
        )


def read(stage: Stage, until: date, *, adds: bool = False, is_last: bool = False) -> None:
    """What the banks have sent. In the last file of the account that is paid into there is a difference: it has taken
    two euros, and will say so in its next one."""
    for bank in (stage.old, stage.new):
        if is_last or any(one.day <= until for one in bank.coming):
            keeps_back = _KEPT_BACK if is_last and bank is stage.new else 0
            bank.read(until, by=stage.treasurer, at=timezone.now(), keeps_back=keeps_back)
    if adds or is_last:
        _add_shares()


def _add_shares() -> None:
    """The agency adds its part to what households have put aside."""
    for agreement in SavingsAgreement.objects.running().filter(match_percent__gt=0).order_by("number"):
        try:
            agreement.match()
        except LimitReached:  # it waits for the agency's money
            return
